import path from 'node:path'
import { Command } from 'commander'
import { copyIndex, type CopyResult } from '../index/copy-index.ts'
import { FootnoteError } from '../index/errors.ts'
import { isPostgresUrl, POSTGRES_URL_FORM } from '../index/postgres/postgres-url.ts'
import { readConfig } from '../server/config.ts'
import { engineOf } from '../server/engine.ts'
import { runScript } from './command-line.ts'
import { showProgress } from './progress.ts'

interface Options {
  to?: string
  from?: string
  index?: string
}

const command = new Command('npm run copy-index --')
  .description(
    'Copies the index in a folder into a PostgreSQL database, or back. Nothing is embedded again, and what is there already is not copied again.',
  )
  .option(
    '--to <url>',
    'the database, postgres://USER:PASSWORD@HOST:PORT/DATABASE (default: DATABASE_URL, which other users of this machine cannot read)',
  )
  .option('--from <url>', 'copy from this database into the folder instead')
  .option('--index <folder>', 'the folder of the index (default: INDEX_DIR)')
  .allowExcessArguments(false)

await runScript(async () => {
  const { to, from, index } = command.parse().opts<Options>()
  if (to !== undefined && from !== undefined) {
    throw new FootnoteError('setting-invalid', 'Give either --to or --from.')
  }
  const settings = readConfig()
  const indexDir = index ? path.resolve(index) : settings.indexDir
  const databaseUrl = requireUrl(to ?? from ?? settings.databaseUrl)
  const folder = engineOf({ ...settings, indexDir, databaseUrl: null })
  const database = engineOf({ ...settings, databaseUrl })
  const [source, target] = from === undefined ? [folder, database] : [database, folder]
  const progress = showProgress('Copied', 'documents')
  try {
    const result = await copyIndex({
      from: source.storage,
      to: target.storage,
      onProgress: progress.update,
    })
    progress.stop()
    console.log(describeCopy(result))
  } finally {
    progress.stop()
    await database.close()
    await folder.close()
  }
})

/** The address, which no message repeats, because it may have a password. */
function requireUrl(url: string | null): string {
  if (url !== null && isPostgresUrl(url)) return url
  const message =
    url === null
      ? `Name the database with --to or DATABASE_URL: ${POSTGRES_URL_FORM}.`
      : `What you named is not the address of a PostgreSQL database. It has the form ${POSTGRES_URL_FORM}.`
  throw new FootnoteError('setting-invalid', message)
}

function describeCopy({ published, documents, copied, removed }: CopyResult): string {
  const all = `${documents} document${documents === 1 ? '' : 's'}`
  return published
    ? `Copied ${copied} of ${all}, and removed ${removed}. The rest was there already.`
    : `All ${all} are there already.`
}
