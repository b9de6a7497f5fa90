import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readConfig } from '../../server/config.ts'

/** How much of each there is to be. */
export interface Amounts {
  readonly requests: number
  readonly kills: number
  readonly seed: number
}

/** A temporary folder for one server: a copy of the documents, and an index of its own. */
export interface Place {
  readonly folder: string
  /** Of the server. */
  readonly settings: {
    readonly DOCUMENTS_DIR: string
    readonly INDEX_DIR: string
    readonly DATA_DIR: string
  }
  /** What stands in files around the documents, and nowhere in them. */
  readonly canary: string
}

/** Files that stand beside the documents and are none; their names are those that `paths.ts` asks for. */
const BESIDE = ['secret.txt', 'package.json', '.env', 'documents-of-others/secret.md']

/** Runs something with such a folder, which is gone afterwards. */
export async function withPlace<T>(run: (place: Place) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-stress-'))
  try {
    const canary = `canary-${path.basename(folder)}`
    const settings = {
      DOCUMENTS_DIR: path.join(folder, 'documents'),
      INDEX_DIR: path.join(folder, 'index'),
      DATA_DIR: path.join(folder, 'data'),
    }
    await cp(readConfig().documentsDir, settings.DOCUMENTS_DIR, { recursive: true })
    await mkdir(settings.INDEX_DIR)
    for (const name of BESIDE) {
      const file = path.join(folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, `${canary}\n`)
    }
    return await run({ folder, settings, canary })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
