import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readConfig } from '../../server/config.ts'

/** How much a stress run does. */
export interface StressOptions {
  /** Generated requests. */
  readonly requests: number
  /** How often a model process is killed, and how often the server is. */
  readonly kills: number
  /** How long two servers and their database are killed, in seconds. */
  readonly seconds: number
  /** The seed of the generated requests and of the times of kills: the same seed gives the same. */
  readonly seed: number
}

/**
 * A temporary folder for one server, with a copy of the documents, an index, and what people say.
 */
export interface Sandbox {
  readonly folder: string
  /** The settings of the server. */
  readonly settings: {
    readonly DOCUMENTS_DIR: string
    readonly INDEX_DIR: string
    readonly DATA_DIR: string
  }
  /** A text that is in files beside the documents, and in no document. */
  readonly canary: string
}

/** Files beside the documents that must not be served. `request-targets.ts` asks for them. */
const CANARY_FILES = ['secret.txt', 'package.json', '.env', 'documents-of-others/secret.md']

/** Runs something with a sandbox, and removes the sandbox after it. */
export async function withSandbox<T>(run: (sandbox: Sandbox) => Promise<T>): Promise<T> {
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
    for (const name of CANARY_FILES) {
      const file = path.join(folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, `${canary}\n`)
    }
    return await run({ folder, settings, canary })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
