import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { readEmbeddingManifest } from '../../index/inference/embedding-manifest.ts'
import { readConfig } from '../../server/config.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

const LENGTH_OF_COMMIT = 8

const machine = z.object({
  cpu: z.string(),
  cores: z.number(),
  memoryGiB: z.number(),
  /** The operating system and the architecture, such as "linux x64". */
  platform: z.string(),
})

/** The machine that a run was measured on. */
export type Machine = z.infer<typeof machine>

/** The schema of {@link Surroundings}. What is not known of a run is null. */
export const surroundings = z.object({
  /** When the run began: a time, or a day, in ISO 8601. */
  date: z.string().nullable(),
  commit: z.string().nullable(),
  /** Whether files that git tracks were not as in the commit, or others lay beside them. */
  changed: z.boolean().nullable(),
  machine: machine.nullable(),
  /** Of Node and of the packages that Footnote names. */
  versions: z.record(z.string(), z.string()),
  /** The folders of the models. */
  models: z.array(z.string()),
})

const packageFile = z.object({ dependencies: z.record(z.string(), z.string()) })

const lockFile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional() })),
})

/** When, of what, and with what a run was measured. */
export type Surroundings = z.infer<typeof surroundings>

/** The surroundings of a run that begins now. */
export async function surroundingsNow(): Promise<Surroundings> {
  const { inference } = readConfig()
  const { embeddingModel, rerankerModel, readerModel } = inference
  const { passageModel } = await readEmbeddingManifest(inference)
  return {
    date: new Date().toISOString(),
    ...(await commitNow()),
    machine: thisMachine(),
    versions: { node: process.version, ...(await packageVersions()) },
    models: [embeddingModel, passageModel ?? embeddingModel, rerankerModel, readerModel],
  }
}

/** This machine. */
export function thisMachine(): Machine {
  const [cpu] = cpus()
  return {
    cpu: cpu?.model.trim() ?? 'CPU',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  }
}

/** Runs write their figures into `docs/`, which does not change what the next one measures. */
async function commitNow(): Promise<Pick<Surroundings, 'commit' | 'changed'>> {
  try {
    const commit = await git('rev-parse', `--short=${LENGTH_OF_COMMIT}`, 'HEAD')
    return { commit, changed: (await git('status', '--porcelain', '--', '.', ':!docs')) !== '' }
  } catch {
    // A copy of the project without git.
    return { commit: null, changed: null }
  }
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: PROJECT })
  return stdout.trim()
}

/** The versions of the packages that Footnote itself names. */
async function packageVersions(): Promise<Record<string, string>> {
  const { dependencies } = packageFile.parse(await readJson('package.json'))
  const { packages } = lockFile.parse(await readJson('package-lock.json'))
  return Object.fromEntries(
    Object.keys(dependencies).flatMap((name) => {
      const version = packages[`node_modules/${name}`]?.version
      return version === undefined ? [] : [[name, version]]
    }),
  )
}

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(PROJECT, name), 'utf8'))
}

/** A line that says when, of what, and with what a run was measured. */
export function describeSurroundings(of: Surroundings): string {
  const { date, commit, changed, machine: on, versions } = of
  const node = versions['node']
  const parts = [
    date === null ? null : date.slice(0, 10),
    commit === null ? null : `commit ${commit}${changed === true ? ' with changes' : ''}`,
    node === undefined ? null : `Node ${node}`,
    on && `${on.platform}, ${on.cores} × ${on.cpu}, ${on.memoryGiB} GiB`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}
