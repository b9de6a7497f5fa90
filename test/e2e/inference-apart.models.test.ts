import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { answer } from '../../server/answer/answer-schema.ts'
import { MODELS } from '../support/project.ts'
import { type Run, run, start } from '../support/process.ts'
import { post } from '../support/serve-words.ts'
import { copyShippedIndex } from '../support/shared-models.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

const GOLDEN = 'why did Iran not oppose Kadhimi?'
const KEY = 'correct-horse-battery'

/** For tests that start several servers, one after the other, on a machine that has other work. */
const TIMEOUT_MS = 180_000

type Cleanup = (clean: () => Promise<void>) => void

/** A folder without models: whoever uses models there fails. */
const NO_MODELS = '/nowhere'

async function shippedIndex(remove: Cleanup): Promise<string> {
  const folder = await temporaryFolder(remove)
  await copyShippedIndex(folder)
  return folder
}

function startModels(env: Record<string, string> = {}, remove: Cleanup = onTestFinished) {
  return start({ API_KEYS: KEY, ...env }, remove, ['--inference-only'])
}

/** Starts a web server, which has no models of its own, on an index of the shipped documents. */
async function startWeb(urls: readonly string[], remove: Cleanup = onTestFinished) {
  return start(
    {
      INDEX_DIR: await shippedIndex(remove),
      MODELS_DIR: NO_MODELS,
      INFERENCE_URL: urls.join(','),
      INFERENCE_KEY: KEY,
    },
    remove,
  )
}

/** Kills a server as a power failure would. */
async function kill({ child, ended }: Run): Promise<void> {
  child.kill('SIGKILL')
  await ended
}

async function ask(url: string, question: string) {
  const response = await post(url, { question, explain: true })
  expect(response.status).toBe(200)
  const { answered, quotes, explanation } = answer.parse(await response.json())
  return { answered, quotes, candidates: explanation?.candidates, windows: explanation?.windows }
}

function untilReady(url: string): Promise<unknown> {
  return vi.waitFor(async () => expect((await fetch(`${url}/ready`)).status).toBe(200), {
    timeout: 30_000,
    interval: 50,
  })
}

function portOf(url: string): string {
  return new URL(url).port
}

/** The models that ship, with a reader that differs in one space. */
async function otherModels(): Promise<string> {
  const folder = await temporaryFolder()
  for (const name of await readdir(MODELS.modelsDir)) {
    if (name === MODELS.readerModel) continue
    await symlink(path.join(MODELS.modelsDir, name), path.join(folder, name))
  }
  const [from, to] = [MODELS.modelsDir, folder].map((parent) =>
    path.join(parent, MODELS.readerModel),
  )
  if (from === undefined || to === undefined) throw new Error('there is no reader')
  await cp(from, to, { recursive: true })
  const config = path.join(to, 'config.json')
  await writeFile(config, `${await readFile(config, 'utf8')} `)
  return folder
}

describe('models in another process', { timeout: TIMEOUT_MS }, () => {
  const cleanups: (() => Promise<void>)[] = []
  const remove: Cleanup = (clean) => void cleanups.unshift(clean)
  let models: Run & { url: string }
  let web: Run & { url: string }
  let local: Run & { url: string }

  beforeAll(async () => {
    models = await startModels({}, remove)
    web = await startWeb([models.url], remove)
    local = await start({ INDEX_DIR: await shippedIndex(remove) }, remove)
  })

  afterAll(async () => {
    for (const clean of cleanups) await clean()
  })

  test.each([
    GOLDEN,
    'Who was prime minister of Iraq before al-Kadhimi?',
    'When was al-Kadhimi appointed prime minister?',
    'What is the capital of Peru?',
  ])('give the same quotes, scores and confidences as local ones: %s', async (question) => {
    const given = await ask(local.url, question)
    expect(given.candidates).not.toEqual([])
    expect(await ask(web.url, question)).toEqual(given)
  })

  test('answer the golden question', async () => {
    const { answered, quotes } = await ask(web.url, GOLDEN)
    expect(answered).toBe(true)
    expect(quotes[0]?.text).toContain("Iran, which supported al-Kadhimi's appointment")
    expect(quotes[0]?.citation).toMatchObject({ documentId: 'inss-insight-1351', paragraph: 11 })
  })

  test('build an index that local ones take for their own', async () => {
    const documents = await temporaryFolder()
    await writeFiles(documents, { 'owls.txt': 'Owls fly at night. They hear every mouse.' })
    const env = { DOCUMENTS_DIR: documents, INDEX_DIR: await temporaryFolder() }
    const there = { MODELS_DIR: NO_MODELS, INFERENCE_URL: models.url, INFERENCE_KEY: KEY }
    const built = run('build-index', [], { ...env, ...there })
    expect(await built.ended).toBe(0)
    expect(built.output().stdout).toMatch(/2 sentences embedded/)
    const again = run('build-index', [], env)
    expect(await again.ended).toBe(0)
    expect(again.output().stdout).toMatch(/The index is up to date/)
  })

  test('are answered for on the command line, and a wrong key is told in a line', async () => {
    const env = {
      MODELS_DIR: NO_MODELS,
      INFERENCE_URL: models.url,
      INDEX_DIR: await shippedIndex(onTestFinished),
    }
    const asked = run('ask', [GOLDEN], { ...env, INFERENCE_KEY: KEY })
    expect(await asked.ended).toBe(0)
    expect(asked.output().stdout).toContain('Iran, which supported')
    const refused = run('ask', [GOLDEN], { ...env, INFERENCE_KEY: `${KEY}-wrong` })
    expect(await refused.ended).toBe(1)
    const { stderr } = refused.output()
    expect(stderr.trim()).toBe(
      `${models.url} refuses the key. Set INFERENCE_KEY to one of its API_KEYS.`,
    )
  })

  test('may be killed and started again: the web server says 503, and goes on without a restart', async () => {
    await kill(models)
    const failed = await post(web.url, { question: 'Who is Esmail Qaani?' })
    expect(failed.status).toBe(503)
    expect(Number(failed.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(await failed.text()).not.toContain(models.url)
    expect((await fetch(`${web.url}/ready`)).status).toBe(503)
    expect((await fetch(`${web.url}/health`)).status).toBe(200)
    models = await startModels({ PORT: portOf(models.url) }, remove)
    await untilReady(web.url)
    const question = 'Who is Esmail Qaani?'
    expect(await ask(web.url, question)).toEqual(await ask(local.url, question))
    expect(web.output().stdout).toMatch(/cannot be reached/)
    expect(web.output().stdout).not.toContain(KEY)
  })

  test('may be killed in the middle of a question, and started again', async () => {
    const questions = Array.from({ length: 3 }, (_, i) => `What did Iran do in ${2010 + i}?`)
    const asked = questions.map((question) => post(web.url, { question }))
    await vi.waitFor(async () => {
      expect(await (await fetch(`${web.url}/metrics`)).text()).toMatch(/questions_running [12]/)
    })
    await kill(models)
    models = await startModels({ PORT: portOf(models.url) }, remove)
    for (const response of await Promise.all(asked)) expect([200, 503]).toContain(response.status)
    await untilReady(web.url)
    for (const question of questions) {
      expect(await ask(web.url, question)).toEqual(await ask(local.url, question))
    }
  })
})

describe('two servers of models', { timeout: TIMEOUT_MS }, () => {
  test('answer every question although one is killed under load, and are both used again', async () => {
    const [first, second] = [await startModels(), await startModels()]
    const web = await startWeb([first.url, second.url])
    const questions = Array.from({ length: 8 }, (_, i) => `What happened to Iran in ${2000 + i}?`)
    const statuses: number[] = []
    const askAll = async (waiting: Iterator<string>) => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) {
        statuses.push((await post(web.url, { question: next.value })).status)
      }
    }
    const waiting = questions.values()
    const load = Promise.all([askAll(waiting), askAll(waiting)])
    await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(1), 60_000)
    await kill(second)
    await load
    expect(statuses).toEqual(questions.map(() => 200))
    expect((await fetch(`${web.url}/ready`)).status).toBe(200)

    await startModels({ PORT: portOf(second.url) })
    await kill(first)
    await vi.waitFor(
      async () => expect((await post(web.url, { question: GOLDEN })).status).toBe(200),
      {
        timeout: 30_000,
        interval: 100,
      },
    )
    expect(await ask(web.url, 'Who is Esmail Qaani?')).toMatchObject({ answered: true })
  })

  test('with different models are refused, at the start and later', async () => {
    const models = await startModels()
    const web = await startWeb([models.url])
    const modelsDir = await otherModels()
    const other = await startModels({ MODELS_DIR: modelsDir })
    const index = await shippedIndex(onTestFinished)
    const both = run('start', [], {
      PORT: '0',
      INDEX_DIR: index,
      INFERENCE_URL: `${models.url},${other.url}`,
      INFERENCE_KEY: KEY,
    })
    expect(await both.ended).toBe(1)
    expect(both.output().stderr.trim()).toBe(
      `${models.url} and ${other.url} in INFERENCE_URL have different models. Give them the same, or name only one.`,
    )

    await kill(models)
    await startModels({ MODELS_DIR: modelsDir, PORT: portOf(models.url) })
    expect((await post(web.url, { question: GOLDEN })).status).toBe(503)
    expect((await fetch(`${web.url}/ready`)).status).toBe(503)
    expect(web.output().stdout).toMatch(/has other models than this Footnote started with/)
  })
})

describe('a server that runs only models', () => {
  test('opens no index, no documents and no state, and ends on SIGTERM', async () => {
    const folder = await temporaryFolder()
    const nowhere = path.join(folder, 'documents')
    const { child, url, ended, output } = await startModels({
      DOCUMENTS_DIR: nowhere,
      INDEX_DIR: path.join(folder, 'index'),
      DATA_DIR: path.join(folder, 'data'),
    })
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    expect(await readdir(folder)).toEqual([])
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(output().stderr).toBe('')
  })

  test('does not start with INFERENCE_URL, or with an unknown option', async () => {
    const chained = run('start', ['--inference-only'], { INFERENCE_URL: 'http://127.0.0.1:9' })
    expect(await chained.ended).toBe(1)
    expect(chained.output().stderr).toMatch(/^INFERENCE_URL is set, so .*\n$/)
    const unknown = run('start', ['--inference'], {})
    expect(await unknown.ended).toBe(1)
    expect(unknown.output().stderr).toMatch(/unknown option '--inference'/)
  })
})
