import { Command, InvalidArgumentError, Option } from 'commander'
import colours from 'picocolors'
import { printable } from '../presentation/terminal-text.ts'
import { KEY_RIGHTS, type KeyRight } from '../server/access/caller.ts'
import { type Key, Keys, keyState } from '../server/access/keys.ts'
import { readConfig } from '../server/config.ts'
import { engineOf } from '../server/engine.ts'
import { runScript } from './command-line.ts'

interface CreateOptions {
  readonly name: string
  readonly may: readonly KeyRight[]
  readonly collections?: readonly string[]
  readonly expires?: number
}

const MAX_NAME_LENGTH = 100

const program = new Command('npm run -s keys --').description(
  'Creates, lists and revokes the keys that people ask with. Running servers know of it at once.',
)

program
  .command('create')
  .description('creates a key, and prints it this one time')
  .requiredOption('--name <name>', 'whom it is for', readName)
  .requiredOption('--may <rights>', `what it may do: ${KEY_RIGHTS.join(', ')}`, readRights)
  .option('--collections <names>', 'the collections it sees (default: all documents)', readNames)
  .addOption(
    new Option('--expires <date>', 'when it ends: a date such as 2027-01-31').argParser(readDate),
  )
  .action(({ name, may, ...given }: CreateOptions) =>
    withKeys(async (keys, record) => {
      const collections = given.collections ?? null
      const expiresAtMs = given.expires ?? null
      if (collections !== null && may.includes('metrics')) {
        program.error(
          'metrics count the questions of everybody, so a key with --collections may not read them.',
        )
      }
      const isFirst = !(await keys.exist())
      const { key, token } = await keys.create({ name, may, collections, expiresAtMs })
      await record('key.created', key)
      console.log(token)
      console.error(`${describe(key)}\nKeep it: it is not shown again.`)
      if (isFirst) {
        console.error(
          'This is the first key. From now on, requests without a key are refused. PUBLIC_ROUTES=questions,documents lets them pass again.',
        )
      }
    }),
  )

program
  .command('list')
  .description('lists all keys, with those that were revoked')
  .option('--json', 'print them as JSON', false)
  .action(({ json }: { json: boolean }) =>
    withKeys(async (keys) => {
      const all = await keys.list()
      if (json) return console.log(JSON.stringify(all, null, 2))
      if (all.length === 0) return console.log('There are no keys.')
      return all.forEach((key) => console.log(describe(key)))
    }),
  )

program
  .command('revoke')
  .description('revokes a key: it opens nothing any more, at no server')
  .argument('<id>', 'its id, as the list shows it')
  .action((id: string) =>
    withKeys(async (keys, record) => {
      const key = await keys.revoke(id)
      await record('key.revoked', key)
      console.log(describe(key))
    }),
  )

await runScript(async () => void (await program.parseAsync()))

/** Writes what was done to a key into the log. */
type Record = (action: 'key.created' | 'key.revoked', key: Key) => Promise<void>

async function withKeys(work: (keys: Keys, record: Record) => Promise<void>): Promise<void> {
  const engine = engineOf(readConfig())
  try {
    const state = await engine.openState()
    try {
      await work(new Keys(state.records), (action, { id, name }) =>
        state.audit.add({
          by: 'npm run keys',
          action,
          subject: `${name} (${id})`,
          collection: null,
        }),
      )
    } finally {
      await state.close()
    }
  } finally {
    await engine.close()
  }
}

function describe(key: Key): string {
  const { id, name, may, collections, createdAtMs, expiresAtMs } = key
  const state = keyState(key)
  const ends =
    expiresAtMs === null ? 'does not expire' : `until the end of ${dayOf(expiresAtMs - 1)}`
  const facts = [
    `may ${may.join(', ')}`,
    collections === null ? 'sees all documents' : `sees ${collections.map(printable).join(', ')}`,
    `created ${dayOf(createdAtMs)}`,
    state ?? ends,
  ]
  const line = `${colours.bold(id)}  ${printable(name)}: ${facts.join('; ')}`
  return state === null ? line : colours.dim(line)
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function readName(text: string): string {
  const name = text.trim()
  if (name !== '' && name.length <= MAX_NAME_LENGTH) return name
  throw new InvalidArgumentError(`A name has 1 to ${MAX_NAME_LENGTH} characters.`)
}

function readRights(text: string): KeyRight[] {
  const names = readNames(text)
  return KEY_RIGHTS.filter((right) => names.includes(right)).length === new Set(names).size
    ? KEY_RIGHTS.filter((right) => names.includes(right))
    : fail(`The rights are ${KEY_RIGHTS.join(', ')}, separated by commas.`)
}

function readNames(text: string): string[] {
  const names = text.split(',').flatMap((name) => name.trim() || [])
  return names.length > 0 ? names : fail('Give at least one name.')
}

/** The end of a day in UTC, in ms since 1970. */
function readDate(text: string): number {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  if (Number.isNaN(start)) return fail('Give a date such as 2027-01-31.')
  const end = start + 24 * 3_600_000
  return end > Date.now() ? end : fail('This date has passed.')
}

function fail(message: string): never {
  throw new InvalidArgumentError(message)
}
