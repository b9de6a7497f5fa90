import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { answer } from '../../server/answer/answer-schema.ts'
import { call, connect, connectOver, failureOf, REVISIONS } from '../support/mcp-client.ts'
import { run, start } from '../support/process.ts'
import { PROJECT } from '../support/project.ts'
import { post } from '../support/serve-words.ts'
import { copyShippedIndex } from '../support/shared-models.ts'
import { shippedText } from '../support/shipped-document.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

const QUESTION = { question: 'why did Iran not oppose Kadhimi?' }
const REFUSED = { question: 'What is the capital of Peru?' }
const DISCOVER = {
  jsonrpc: '2.0',
  id: 1,
  method: 'server/discover',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
}

const results = z.object({ results: z.array(z.object({ id: z.string() })) })

const cleanups: (() => Promise<void>)[] = []
let indexDir: string
let url: string

beforeAll(async () => {
  indexDir = await temporaryFolder((clean) => cleanups.unshift(clean))
  await copyShippedIndex(indexDir)
  ;({ url } = await start({ INDEX_DIR: indexDir }, (end) => cleanups.unshift(end)))
})

afterAll(async () => {
  for (const clean of cleanups) await clean()
})

/** Starts the server as people do, with these settings and no others. */
function overStandardInput(revision?: string, settings: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env
  const transport = new StdioClientTransport({
    command: 'npm',
    args: ['run', '-s', 'mcp'],
    cwd: PROJECT,
    env: { PATH, HOME, INDEX_DIR: indexDir, ...settings },
    stderr: 'ignore',
  })
  return connectOver(transport, revision)
}

/** Expects the first quote of `POST /ask`, with the same offsets, and the same refusal. */
async function expectGolden(client: Client): Promise<void> {
  const asked = answer.parse(await (await post(url, QUESTION)).json())
  const { structured } = await call(client, 'ask', QUESTION)
  const [quote] = answer.parse(structured).quotes
  expect(quote?.text).toBe(asked.quotes[0]?.text)
  const { start: from = -1, end = -1 } = quote?.citation ?? {}
  expect([from, end]).toEqual([7120, 7311])
  expect(asked.quotes[0]?.citation).toMatchObject({ start: from, end })
  expect(shippedText().slice(from, end)).toBe(quote?.text)

  const refused = await call(client, 'ask', REFUSED)
  expect(refused.structured).toMatchObject({ answered: false, quotes: [] })

  const found = await call(client, 'search', { query: QUESTION.question })
  expect(results.parse(found.structured).results[0]?.id).toBe('inss-insight-1351:7120-7311')
  const read = await call(client, 'fetch', { id: 'inss-insight-1351:7120-7311' })
  expect(read.structured).toMatchObject({ metadata: { quote: quote?.text } })
  const uri = 'footnote://documents/inss-insight-1351'
  expect(await client.readResource({ uri })).toMatchObject({ contents: [{ text: shippedText() }] })
}

test.each(REVISIONS)('the golden question over HTTP, in revision %s', async (revision) => {
  await expectGolden(await connect(url, { revision }))
})

describe('over standard input', () => {
  test.each(REVISIONS)('the golden question, in revision %s', async (revision) => {
    await expectGolden(await overStandardInput(revision))
  })

  test('a conversation goes on, and links lead to the address that people use', async () => {
    const client = await overStandardInput(undefined, { PUBLIC_URL: 'https://ask.example' })
    const first = answer.parse((await call(client, 'ask', QUESTION)).structured)
    expect(first.quotes[0]?.citation.url).toMatch(/^https:\/\/ask\.example\/documents\/inss/)
    const { conversationId } = first
    const next = { question: 'When was he appointed?', conversationId }
    const second = answer.parse((await call(client, 'ask', next)).structured)
    expect(second.interpretedAs).toContain('Kadhimi')
    expect(await failureOf(client, 'ask', { ...next, conversationId: 'other' })).toContain(
      'no such conversation',
    )
  })

  test('standard output has nothing but the protocol, also where the index is built first', async () => {
    const own = await temporaryFolder()
    const talk = run('mcp', [], { INDEX_DIR: own }, null)
    const messages = [
      DISCOVER,
      {
        ...DISCOVER,
        id: 2,
        method: 'tools/call',
        params: { ...DISCOVER.params, name: 'ask', arguments: QUESTION },
      },
    ]
    talk.child.stdin?.write(`${messages.map((each) => JSON.stringify(each)).join('\n')}\n`)
    await expect.poll(() => linesOf(talk.output().stdout), { timeout: 50_000 }).toHaveLength(2)
    talk.child.stdin?.end()
    expect(await talk.ended).toBe(0)
    const { stdout, stderr } = talk.output()
    const ids = linesOf(stdout).map((line) => message.parse(JSON.parse(line)).id)
    expect(ids).toEqual([1, 2])
    expect(stdout).toContain('Iran, which supported')
    expect(stderr).toContain('Indexed')
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('it ends on %s', async (signal) => {
    const talk = run('mcp', [], { INDEX_DIR: indexDir }, null)
    talk.child.stdin?.write(`${JSON.stringify(DISCOVER)}\n`)
    await expect.poll(() => linesOf(talk.output().stdout), { timeout: 20_000 }).toHaveLength(1)
    talk.child.kill(signal)
    expect(await talk.ended).toBe(0)
  })

  test('it ends with a line that says what is wrong, where it cannot be opened', async () => {
    const documents = path.join(await temporaryFolder(), 'documents')
    await mkdir(documents)
    await writeFiles(documents, { 'broken.txt': Uint8Array.of(0xff) })
    const settings = { DOCUMENTS_DIR: documents, INDEX_DIR: await temporaryFolder() }
    const talk = run('mcp', [], settings, null)
    expect(await talk.ended).toBe(1)
    expect(talk.output().stdout).toBe('')
    expect(talk.output().stderr).toContain('broken.txt')
  })
})

const message = z.object({ jsonrpc: z.literal('2.0'), id: z.int(), result: z.unknown() })

function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line !== '')
}
