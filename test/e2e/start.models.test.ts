import { cp, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { readdirSync, readlinkSync } from 'node:fs'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { build, MODELS, PROJECT } from '../support/project.ts'
import { run, start } from '../support/process.ts'
import { post } from '../support/serve-words.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'
import { wordVectors } from '../support/word-vectors.ts'

const OWLS = 'Owls fly at night. They hear every mouse.'
const OWL_QUESTION = { question: 'When do owls fly?' }

async function settings(files: Record<string, string> = { 'owls.txt': OWLS }) {
  const documents = await temporaryFolder()
  await writeFiles(documents, files)
  const index = await temporaryFolder()
  return {
    documents,
    index,
    env: { DOCUMENTS_DIR: documents, INDEX_DIR: index, DATA_DIR: index },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** The names of the files that a process has open. */
function openedBy(pid = 0): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => {
    // It may have closed the file meanwhile.
    try {
      return path.basename(readlinkSync(`/proc/${pid}/fd/${fd}`))
    } catch {
      return ''
    }
  })
}

async function expectFailure(env: Record<string, string>, message: RegExp) {
  const { ended, output } = run('start', [], { PORT: '0', ...env })
  expect(await ended).toBe(1)
  const { stderr } = output()
  expect(stderr.trim().split('\n').at(-1)).toMatch(message)
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+/)
}

describe('a start that fails', () => {
  test('for a wrong setting', async () => {
    await expectFailure({ PORT: 'http' }, /^PORT takes .*; it was "http"\.$/)
  })

  test('for a port in use', async () => {
    const { env } = await settings()
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    await expectFailure({ ...env, PORT: port }, new RegExp(`^Port ${port} is in use\\. .*PORT=`))
    other.close()
  })

  test('for a documents folder that is not there, or empty', async () => {
    const { env } = await settings()
    await expectFailure({ ...env, DOCUMENTS_DIR: '/nowhere' }, /no documents folder at \/nowhere/)
    const empty = await temporaryFolder()
    await expectFailure(
      { ...env, DOCUMENTS_DIR: empty },
      /no \.txt or \.md .*file in .*DOCUMENTS_DIR/,
    )
  })

  test('for models that are missing, or cut short', async () => {
    const { env } = await settings()
    const models = await temporaryFolder()
    await expectFailure(
      { ...env, MODELS_DIR: models },
      /^The model bge-small-en-v1\.5 lacks .*MODELS_DIR/,
    )
    await cp(MODELS.modelsDir, models, { recursive: true })
    await truncate(path.join(models, MODELS.rerankerModel, 'onnx/model_quantized.onnx'), 1_000_000)
    await expectFailure(
      { ...env, MODELS_DIR: models },
      /^The models in .* do not load\. .*SHA256SUMS/,
    )
  })

  test('for a database that is damaged', async () => {
    const { documents, index, env } = await settings()
    await build(documents, index, wordVectors())
    await truncate(path.join(index, 'generation-1', 'index.sqlite'), 6000)
    await expectFailure(env, /is damaged: .*"npm run build-index -- --force"/)
  })
})

describe('a server', () => {
  test('answers from the documents that can be read, and names the others', async () => {
    const { documents, index, env } = await settings()
    await writeFile(path.join(documents, 'bad.txt'), Uint8Array.of(0xff))
    const built = run('build-index', [], env)
    expect(await built.ended).toBe(1)
    expect(built.output().stderr.trimEnd().split('\n').slice(-3)).toEqual([
      'Indexed 1 document: 1 new or changed, 0 removed, 2 sentences embedded.',
      expect.stringMatching(/^What follows could not be read/),
      'bad.txt is not UTF-8; save it as UTF-8 text',
    ])
    expect(await run('build-index', ['--accept-problems'], env).ended).toBe(0)
    const { url, output } = await start(env)
    expect(output().stdout).toMatch(/"file":"bad\.txt","problem":"is not UTF-8; save it/)
    expect(await (await post(url, OWL_QUESTION)).json()).toMatchObject({ answered: true })
    expect(await readFile(path.join(index, 'current'), 'utf8')).toBe('generation-1')
  })

  test('serves a new index without a restart, and without dropping a question', async () => {
    const { documents, env } = await settings()
    const { url } = await start(env)
    expect(await (await post(url, { question: 'Where do trout live?' })).json()).toMatchObject({
      answered: false,
    })
    await writeFiles(documents, { 'trout.txt': 'Trout live in cold rivers.' })
    const built = run('build-index', [], env)
    let asked = 0
    await vi.waitFor(
      async () => {
        const response = await post(url, { question: 'Where do trout live?' })
        asked += 1
        expect(response.status).toBe(200)
        expect(await response.json()).toMatchObject({
          quotes: [{ text: 'Trout live in cold rivers.' }],
        })
      },
      { timeout: 30_000, interval: 20 },
    )
    expect(asked).toBeGreaterThan(1)
    expect(await built.ended).toBe(0)
  })

  test('takes up changes by itself with WATCH=1, while it answers, and ends in the middle of it', async () => {
    const { documents, env } = await settings()
    const { child, url, ended, output } = await start({ ...env, WATCH: '1' })
    await writeFiles(documents, { 'trout.txt': 'Trout live in cold rivers.' })
    await vi.waitFor(
      async () => {
        expect(await (await post(url, OWL_QUESTION)).json()).toMatchObject({ answered: true })
        expect(await (await post(url, { question: 'Where do trout live?' })).json()).toMatchObject({
          quotes: [{ text: 'Trout live in cold rivers.' }],
        })
      },
      { timeout: 30_000, interval: 20 },
    )
    const lines = Array.from({ length: 5000 }, (_, i) => `Bird ${i} was seen ${i} times in May.`)
    await writeFiles(documents, { 'birds.txt': lines.join(' '), 'bad.txt': Uint8Array.of(0xff) })
    await vi.waitFor(() => expect(openedBy(child.pid)).toContain('build.lock'), 30_000)
    const asked = performance.now()
    const question = { question: 'When do the owls fly?' }
    expect(await (await post(url, question)).json()).toMatchObject({ answered: true })
    // Embedding all birds takes minutes: the question did not wait for it.
    expect(performance.now() - asked).toBeLessThan(30_000)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(output().stderr).not.toContain('Error')
  })

  test('on SIGTERM finishes running questions, takes no new ones, and exits with 0', async () => {
    const { env } = await settings({
      'long.txt': Array.from({ length: 40 }, (_, i) => `Owls fly at night in ${i} lands.`).join(
        ' ',
      ),
    })
    const { child, url, ended, output } = await start(env)
    const questions = Array.from({ length: 5 }, () => post(url, OWL_QUESTION))
    await vi.waitFor(() => expect(output().stdout).toContain('ready'))
    // All of them are on their way before the signal is.
    await fetch(`${url}/health`)
    child.kill('SIGTERM')
    for (const response of await Promise.all(questions)) {
      expect(await response.json()).toMatchObject({ answered: true })
    }
    expect(await ended).toBe(0)
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
    expect(output().stderr).not.toContain('Error')
  })

  test('is up while a document keeps the parser busy, and stops at once on SIGTERM', async () => {
    const nested = Array.from({ length: 700 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n')
    const { index, env } = await settings({ 'busy.md': nested })
    const port = String(await freePort())
    const { child, ended, output } = run('start', [], { PORT: port, ...env })
    await vi.waitFor(() => expect(output().stderr).toContain('Indexed 0/'), 30_000)
    const state = async (route: string) => (await fetch(`http://127.0.0.1:${port}/${route}`)).status
    expect([await state('health'), await state('ready')]).toEqual([200, 503])
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(await readdir(index)).not.toContain('current')
  })

  test('stops when npm gets SIGTERM', async () => {
    const { env } = await settings()
    const npm = spawn('npm', ['start'], {
      cwd: PROJECT,
      env: { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, PORT: '0', ...env },
    })
    let output = ''
    for await (const chunk of npm.stdout) {
      output += String(chunk)
      if (output.includes('"ready"')) break
    }
    const url = /"url":"([^"]+)"/.exec(output)?.[1] ?? ''
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const ended = once(npm, 'exit')
    npm.kill('SIGTERM')
    await ended
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
  })

  test('answers after its model process was killed', async () => {
    const { env } = await settings()
    const { child, url } = await start(env)
    const found = execFileSync('pgrep', ['-P', String(child.pid), '-f', 'inference-process'])
    for (const pid of found.toString().trim().split('\n')) process.kill(Number(pid), 'SIGKILL')
    await vi.waitFor(
      async () => {
        const response = await post(url, OWL_QUESTION)
        expect([200, 503]).toContain(response.status)
        expect(await response.json()).toMatchObject({ answered: true })
      },
      { timeout: 30_000, interval: 100 },
    )
  })
})

test('build-index takes its folders as options, and says what it did', async () => {
  const { documents, index } = await settings()
  const first = run('build-index', ['--documents', documents, '--index', index])
  expect(await first.ended).toBe(0)
  expect(first.output().stdout).toBe(
    'Indexed 1 document: 1 new or changed, 0 removed, 2 sentences embedded.\n',
  )
  const second = run('build-index', ['--documents', documents, '--index', index])
  expect(await second.ended).toBe(0)
  expect(second.output().stdout).toBe('The index is up to date with 1 document.\n')
})
