import { createHash } from 'node:crypto'

/**
 * Identifies everything but the documents that an index is made with: the recipe, and the tables of the storage. An index with
 * another fingerprint is stale.
 */
export async function fingerprintOf(
  schemaVersion: number | string,
  recipe: () => Promise<string>,
): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify([schemaVersion, await recipe()]))
    .digest('hex')
}
