import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildIndex } from '../../../index/build.ts'
import { readConfig } from '../../../server/config.ts'
import { postgresEngine } from '../../../server/engine.ts'
import { POSTGRES_URL, temporaryDatabase } from '../../support/postgres.ts'
import { serveDatabase } from '../../support/serve-database.ts'
import { post } from '../../support/serve-words.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { receiveWebhooks, WEBHOOK_SECRET } from '../../support/webhook-receiver.ts'
import { wordVectors } from '../../support/word-vectors.ts'

/** Publishes an index with one document, and one file that no build can take. */
async function publish(databaseUrl: string): Promise<void> {
  const documentsDir = await temporaryFolder()
  await writeFiles(documentsDir, { 'cats.txt': 'Cats purr.', 'owls.txt': Uint8Array.of(0xff) })
  const config = readConfig({})
  const engine = postgresEngine({ ...config, databaseUrl })
  onTestFinished(() => engine.close())
  const { storage } = engine
  await buildIndex({
    documentsDir,
    storage,
    models: config.inference,
    inference: async () => wordVectors(),
  })
}

describe.skipIf(POSTGRES_URL === undefined)('webhooks of two servers over one database', () => {
  test('report each event once: an index, a file that failed, and a question at either', async () => {
    const receiver = await receiveWebhooks((response, n) => {
      response.writeHead(n % 3 === 2 ? 500 : 204).end()
    })
    const database = await temporaryDatabase()
    const indexDir = await temporaryFolder()
    const settings = { WEBHOOK_URLS: receiver.url, WEBHOOK_SECRET }
    const options = { indexDir, settings }
    const servers = [await serveDatabase(database, options), await serveDatabase(database, options)]
    await receiver.events(1)
    await publish(database)
    // 2 of the index, 1 of the file, and each third request is refused once.
    await receiver.events(3)
    for (const [i, { url }] of servers.entries()) {
      await post(url, { question: `How do I reset my password ${i}?` })
    }
    const distinct = () => new Map(receiver.received.map(({ event }) => [event.id, event]))
    while (distinct().size < 5) await setTimeout(20)
    await setTimeout(3000)
    const names = Array.from(distinct().values(), ({ event }) => event)
    expect(names.toSorted()).toEqual([
      'answer.unanswered',
      'answer.unanswered',
      'document.failed',
      'index.published',
      'index.published',
    ])
    const taken = receiver.received.filter((_, n) => n % 3 !== 2).map(({ event }) => event.id)
    expect(new Set(taken).size).toBe(taken.length)
  })
})
