import { createHash } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** The name of the document that changes, which is its id too. */
export const ROSTER = 'roster'

/** A question that every version of the roster answers. */
export const ROSTER_QUESTION = 'Who is the duty officer of the harbour?'

/** A document that says something else in each version, at another place. */
export interface Roster {
  /** Writes the next version. */
  change(): Promise<void>
  /** The last version. */
  latest(): RosterVersion
  /** The text of a version of the roster by its digest, as answers name it; undefined for any other document. */
  textOf(version: string): string | undefined
  /** Whether a sentence is what some version answers. */
  answers(version: string, quoted: string): boolean
}

interface RosterVersion {
  readonly text: string
  /** As answers name it. */
  readonly digest: string
  /** The sentence that answers the question. */
  readonly sentence: string
}

const NAMES = [
  'Adams',
  'Brown',
  'Clark',
  'Davis',
  'Evans',
  'Foster',
  'Green',
  'Harris',
  'Irving',
  'Jones',
]

const FILLER = 'The harbour opens at six in the morning. '

/** Writes the first version of the roster into a folder of documents. */
export async function createRoster(folder: string): Promise<Roster> {
  const file = path.join(folder, `${ROSTER}.txt`)
  const versions = new Map<string, RosterVersion>()
  let latest = versionOf(0)
  const write = async () => {
    versions.set(latest.digest, latest)
    // A build that reads at this moment gets one version or the other.
    await writeFile(`${file}.next`, latest.text)
    await rename(`${file}.next`, file)
  }
  await write()
  return {
    change: async () => {
      latest = versionOf(versions.size)
      await write()
    },
    latest: () => latest,
    textOf: (version) => versions.get(version)?.text,
    answers: (version, quoted) => versions.get(version)?.sentence === quoted,
  }
}

function versionOf(number: number): RosterVersion {
  const name = `${NAMES[number % NAMES.length]} ${Math.floor(number / NAMES.length)}`
  const sentence = `The duty officer of the harbour is Captain ${name} of the coast guard.`
  const text = `${FILLER.repeat(1 + (number % 7))}\n\n${sentence}\n`
  return { text, digest: `sha256-${createHash('sha256').update(text).digest('hex')}`, sentence }
}
