import { afterAll, beforeAll } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { type Footnote, openFootnote } from '../../server/footnote.ts'
import { createLog } from '../../server/log.ts'
import type { Service } from '../../server/service.ts'
import { openTemporaryState } from '../../server/state/embedded/embedded-state.ts'
import { sharedInference, shippedIndexFolder } from './shared-models.ts'

/** Opens the product on an index, with the shared models, and conversations in memory. */
export async function openOnIndex(indexDir: string): Promise<Footnote> {
  const config = readConfig({ INDEX_DIR: indexDir })
  return openFootnote(config, {
    log: createLog('silent'),
    inference: sharedInference(),
    state: await openTemporaryState(config),
    build: 'never',
  })
}

/**
 * Opens the product on the shared index of the shipped documents, for all tests of a file. The
 * function that it gives is for tests to call.
 */
export function useShippedService(): () => Service {
  let footnote: Footnote | undefined

  beforeAll(async () => {
    footnote = await openOnIndex(await shippedIndexFolder())
  })

  afterAll(async () => {
    await footnote?.close()
  })

  return () => {
    if (!footnote) throw new Error('The product is open only while tests run.')
    return footnote.service
  }
}
