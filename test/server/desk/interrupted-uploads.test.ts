import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { withFullDisk } from '../../support/full-disk.ts'
import { openDeskApi } from '../../support/open-desk-api.ts'
import { serveDeskApi } from '../../support/serve-desk-api.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'
import { sendUpload } from '../../support/tus-client.ts'

const TUS = { 'Tus-Resumable': '1.0.0' }
const PATCH = { ...TUS, 'Content-Type': 'application/offset+octet-stream' }

const LIMIT = { timeout: 30_000, interval: 20 }

/** Text of this many bytes, no part of which is like another. */
function textOf(bytes: number): Buffer {
  const lines = Array.from({ length: Math.ceil(bytes / 8) }, (_, i) => `${i}`.padStart(7) + '\n')
  return Buffer.from(lines.join('')).subarray(0, bytes)
}

/** Begins an upload, and gives its address. */
async function begin(
  endpoint: string,
  size: number,
  metadata: Readonly<Record<string, string>>,
): Promise<URL> {
  const pairs = Object.entries(metadata).map(
    ([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`,
  )
  const headers = { ...TUS, 'Upload-Length': String(size), 'Upload-Metadata': pairs.join(',') }
  const response = await fetch(endpoint, { method: 'POST', headers })
  expect(response.status).toBe(201)
  return new URL(response.headers.get('Location') ?? '', endpoint)
}

function sendPart(address: URL, offset: number, part: string | Buffer): Promise<Response> {
  const headers = { ...PATCH, 'Upload-Offset': String(offset) }
  return fetch(address, { method: 'PATCH', headers, body: new Uint8Array(Buffer.from(part)) })
}

async function offsetOf(address: URL): Promise<string | null> {
  const response = await fetch(address, { method: 'HEAD', headers: TUS })
  return response.headers.get('Upload-Offset')
}

async function partsIn(data: string): Promise<string[]> {
  return readdir(path.join(data, 'uploads')).catch(() => [])
}

/** Stands before a server, and cuts each connection when it has sent this many bytes. Gives its address. */
async function cuttingRelay(url: string, bytes: number) {
  let cuts = 0
  const server = createServer((client) => {
    const target = connect(Number(new URL(url).port), '127.0.0.1')
    let left = bytes
    client.on('data', (piece) => {
      target.write(piece.subarray(0, Math.max(left, 0)))
      left -= piece.length
      if (left > 0) return
      cuts += 1
      client.resetAndDestroy()
      target.destroy()
    })
    target.pipe(client)
    for (const socket of [client, target]) socket.on('error', () => {})
    client.on('close', () => target.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { endpoint: `http://127.0.0.1:${port}/desk/api/uploads`, cuts: () => cuts }
}

/** The desk in a process of its own. */
async function startProcess(
  documents: string,
  data: string,
  largest = '',
): Promise<{ child: ChildProcess; endpoint: string }> {
  const program = fileURLToPath(new URL('../../support/desk-api-process.ts', import.meta.url))
  const tsx = createRequire(import.meta.url).resolve('tsx')
  const args = ['--import', tsx, program, documents, data, largest]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line]: unknown[] = await once(child.stdout, 'data')
  return { child, endpoint: String(line).trim() }
}

describe('an upload that is interrupted', () => {
  test('goes on where it was when its connection is cut, and again', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const relay = await cuttingRelay(desk.url, 1_000_000)
    const text = textOf(4_500_000)
    const sent = sendUpload(
      relay.endpoint,
      text,
      { filename: 'long.txt' },
      { retryDelays: [10, 10, 10], overridePatchMethod: false },
    )
    expect(await sent).toBe('taken')
    expect(relay.cuts()).toBeGreaterThan(3)
    expect(text.equals(await readFile(desk.at('long.txt')))).toBe(true)
    expect(await readdir(desk.documents)).toEqual(['long.txt', 'owls.txt'])
  })

  test('shows nothing in the documents folder until it is complete', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const address = await begin(desk.endpoint, 10, { filename: 'cats.txt', collection: 'pets' })
    expect((await sendPart(address, 0, 'Cats ')).status).toBe(204)
    expect(await offsetOf(address)).toBe('5')
    expect(await readdir(desk.documents)).toEqual(['owls.txt'])
    expect((await sendPart(address, 4, ' purr.')).status).toBe(409)
    const last = await sendPart(address, 5, 'purr.')
    expect([last.status, last.headers.get('Upload-Taken-As')]).toEqual([204, 'pets%2Fcats.txt'])
    expect(await readFile(desk.at('pets/cats.txt'), 'utf8')).toBe('Cats purr.')
  })

  test('is known to be taken by a client that lost the last response', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const address = await begin(desk.endpoint, 5, { filename: 'cats.txt' })
    await sendPart(address, 0, 'Cats.')
    expect(await offsetOf(address)).toBe('5')
    const again = await sendPart(address, 5, '')
    expect([again.status, again.headers.get('Upload-Taken-As')]).toEqual([204, 'cats.txt'])
    expect(await readdir(desk.documents)).toEqual(['cats.txt', 'owls.txt'])
  })

  test('is taken when its client asks how much is there, if its last request was cut after the last byte', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const write = async (address: URL, text: string) => {
      const name = `${address.pathname.slice(address.pathname.lastIndexOf('/') + 1)}.bytes`
      await writeFile(path.join(desk.data, 'uploads', name), text)
    }
    const good = await begin(desk.endpoint, 10, { filename: 'cats.txt' })
    await write(good, 'Cats purr.')
    expect(await offsetOf(good)).toBe('10')
    expect(await readFile(desk.at('cats.txt'), 'utf8')).toBe('Cats purr.')
    const bad = await begin(desk.endpoint, 10, { filename: 'dogs.txt' })
    await write(bad, 'Dogs\0bark.')
    expect(await offsetOf(bad)).toBeNull()
    expect(await partsIn(desk.data)).toHaveLength(1)
    expect(await readdir(desk.documents)).toEqual(['cats.txt', 'owls.txt'])
  })

  test('can be discarded', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const address = await begin(desk.endpoint, 10, { filename: 'cats.txt' })
    await sendPart(address, 0, 'Cats ')
    expect((await fetch(address, { method: 'DELETE', headers: TUS })).status).toBe(204)
    expect(await partsIn(desk.data)).toEqual([])
    expect(await offsetOf(address)).toBeNull()
  })

  test('goes on after the server was killed in the middle', async () => {
    const documents = await temporaryFolder()
    const data = await temporaryFolder()
    await writeFiles(documents, { 'owls.txt': 'Owls fly.' })
    const text = textOf(4_000_000)
    const first = await startProcess(documents, data)
    const address = await begin(first.endpoint, text.length, { filename: 'long.txt' })
    await sendPart(address, 0, text.subarray(0, 3_000_000))
    const unfinished = request(address, {
      method: 'PATCH',
      headers: { ...PATCH, 'Upload-Offset': '3000000', 'Content-Length': '1000000' },
    })
    unfinished.on('error', () => {})
    unfinished.write(text.subarray(3_000_000, 3_500_000))
    await vi.waitFor(async () => {
      const name = (await partsIn(data)).find((one) => one.endsWith('.bytes')) ?? ''
      expect((await stat(path.join(data, 'uploads', name))).size).toBeGreaterThan(3_000_000)
    }, LIMIT)
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    expect(await readdir(documents)).toEqual(['owls.txt'])

    const second = await startProcess(documents, data)
    const uploadUrl = second.endpoint + address.pathname.slice(address.pathname.lastIndexOf('/'))
    const sent = sendUpload(second.endpoint, text, { filename: 'long.txt' }, { uploadUrl })
    expect(await sent).toBe('taken')
    expect(text.equals(await readFile(path.join(documents, 'long.txt')))).toBe(true)
  })

  test('is taken at the start of a server, if it was complete when the one before was killed', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    const address = await begin(desk.endpoint, 10, { filename: 'cats.txt' })
    await sendPart(address, 0, 'Cats ')
    await desk.close()
    const name = (await partsIn(desk.data)).find((one) => one.endsWith('.bytes')) ?? ''
    await writeFile(path.join(desk.data, 'uploads', name), 'Cats purr.')
    const again = await openDeskApi({ ...desk, watch: 'nothing' })
    onTestFinished(again.close)
    await vi.waitFor(async () => expect(await readdir(desk.documents)).toContain('cats.txt'), LIMIT)
    expect(await readFile(desk.at('cats.txt'), 'utf8')).toBe('Cats purr.')
    const known = new URL(address.pathname, again.url)
    expect(await offsetOf(known)).toBe('10')
  })

  test('is forgotten after its time, and what was left on its way into the folder too', async () => {
    const desk = await serveDeskApi({ watch: 'nothing' })
    await begin(desk.endpoint, 10, { filename: 'cats.txt' })
    await writeFiles(desk.documents, { '.upload-1': 'Cats', 'pets/.upload-2': 'Cats' })
    await writeFiles(path.join(desk.data, 'uploads'), { 'lost.bytes': '', 'broken.json': '{' })
    await desk.close()
    const limits = { keptMs: 0, activeMs: 0 }
    const again = await openDeskApi({ ...desk, watch: 'nothing', uploadLimits: limits })
    onTestFinished(again.close)
    expect(await partsIn(desk.data)).toEqual([])
    expect(await readdir(desk.documents)).toEqual(['owls.txt', 'pets'])
    expect(await readdir(desk.at('pets'))).toEqual([])
  })
})

describe('where the disk is full', () => {
  test('an upload is refused before it is sent: too little would stay free', async () => {
    const settings = { MIN_FREE_SPACE: '900000TB' }
    const desk = await serveDeskApi({ watch: 'nothing', settings })
    const sent = sendUpload(desk.endpoint, 'Cats.', { filename: 'a.txt' })
    expect(await sent).toMatch(/^507 There is no room for 0\.0 kB/)
    expect(await partsIn(desk.data)).toEqual([])
  })

  test('all documents together stay below their limit, with what is on its way', async () => {
    const settings = { MAX_DOCUMENTS_SIZE: '2MB' }
    const desk = await serveDeskApi({ watch: 'nothing', settings })
    const address = await begin(desk.endpoint, 1_500_000, { filename: 'a.txt' })
    const second = () => sendUpload(desk.endpoint, textOf(600_000), { filename: 'b.txt' })
    expect(await second()).toMatch(/^507 There is no room for 0\.6 MB/)
    await sendPart(address, 0, textOf(1_500_000))
    expect(await second()).toMatch(/^507 /)
    expect(await sendUpload(desk.endpoint, textOf(300_000), { filename: 'c.txt' })).toBe('taken')
  })

  test('an upload stops in the middle with a problem, and goes on when there is room', async () => {
    const documents = await temporaryFolder()
    await writeFiles(documents, { 'owls.txt': 'Owls fly.' })
    const { child, endpoint } = await startProcess(documents, await temporaryFolder())
    const text = textOf(1_000_000)
    const address = await begin(endpoint, text.length, { filename: 'long.txt' })
    const stopped = await withFullDisk(300_000, () => sendPart(address, 0, text), child.pid)
    expect(stopped.status).toBe(507)
    expect(await stopped.json()).toMatchObject({ detail: expect.stringMatching(/disk .* is full/) })
    expect(await offsetOf(address)).toBe('300000')
    expect(await readdir(documents)).toEqual(['owls.txt'])
    const options = { uploadUrl: address.href }
    expect(await sendUpload(endpoint, text, { filename: 'long.txt' }, options)).toBe('taken')
    expect(text.equals(await readFile(path.join(documents, 'long.txt')))).toBe(true)
  })
})

describe('under load', () => {
  test('a thousand uploads at once are all taken', { timeout: 400_000 }, async () => {
    const documents = await temporaryFolder()
    await writeFiles(documents, { 'owls.txt': 'Owls fly.' })
    const { endpoint } = await startProcess(documents, await temporaryFolder())
    const names = Array.from({ length: 1000 }, (_, i) => `n${i}.txt`)
    const sent = await Promise.all(
      names.map((filename, i) => {
        // As long as a server says, and not all at the same moment.
        const retryDelays = Array.from({ length: 100 }, () => 4000 + 2 * i)
        return sendUpload(endpoint, filename, { filename }, { retryDelays })
      }),
    )
    expect(sent.filter((result) => result !== 'taken')).toEqual([])
    expect((await readdir(documents)).toSorted()).toEqual([...names, 'owls.txt'].toSorted())
    const texts = await Promise.all(
      names.map((name) => readFile(path.join(documents, name), 'utf8')),
    )
    expect(texts).toEqual(names)
  })

  test('too many uploads of a caller, and of all, are told to wait', async () => {
    const uploadLimits = { openOfCaller: 2, open: 3 }
    const desk = await serveDeskApi({ watch: 'nothing', uploadLimits })
    const first = await begin(desk.endpoint, 5, { filename: 'a1.txt' })
    await begin(desk.endpoint, 5, { filename: 'a2.txt' })
    const third = (headers: Record<string, string>) =>
      sendUpload(desk.endpoint, 'Cats.', { filename: 'a3.txt' }, { headers })
    expect(await third({})).toMatch(/^503 Too many uploads are under way/)
    expect(await third({ By: 'ben' })).toBe('taken')
    await sendPart(first, 0, 'Cats.')
    expect(await sendUpload(desk.endpoint, 'Dogs.', { filename: 'a4.txt' })).toBe('taken')
    await begin(desk.endpoint, 5, { filename: 'a5.txt' })
    const waiting = await fetch(desk.endpoint, {
      method: 'POST',
      headers: { ...TUS, 'Upload-Length': '5', 'Upload-Metadata': 'filename YS50eHQ=' },
    })
    expect([waiting.status, waiting.headers.get('Retry-After')]).toEqual([503, '5'])
  })

  test('a caller who begins many, and leaves them, takes no place of others', async () => {
    const uploadLimits = { activeMs: 0, keptOfCaller: 2, kept: 3 }
    const desk = await serveDeskApi({ watch: 'nothing', uploadLimits })
    await begin(desk.endpoint, 5, { filename: 'a1.txt' })
    await begin(desk.endpoint, 5, { filename: 'a2.txt' })
    const third = (headers: Record<string, string>) =>
      sendUpload(desk.endpoint, 'Cats.', { filename: 'a3.txt' }, { headers })
    expect(await third({})).toMatch(/^503 Too many uploads are under way/)
    expect(await third({ By: 'ben' })).toBe('taken')
  })

  test('a large upload takes no memory', { timeout: 400_000 }, async () => {
    const documents = await temporaryFolder()
    const data = await temporaryFolder()
    await writeFiles(documents, { 'owls.txt': 'Owls fly.' })
    // FOOTNOTE_LARGE_UPLOAD=2000000000 sends 2 GB.
    const size = Number(process.env['FOOTNOTE_LARGE_UPLOAD'] ?? 300_000_000)
    const { child, endpoint } = await startProcess(documents, data, String(size))
    const before = await peakMemory(child)
    const piece = Buffer.alloc(1_000_000, 'a')
    const source = Readable.from(
      (function* pieces() {
        for (let sent = 0; sent < size; sent += piece.length) yield piece
      })(),
    )
    const options = { uploadSize: size, chunkSize: 50_000_000 }
    expect(await sendUpload(endpoint, source, { filename: 'long.txt' }, options)).toBe('taken')
    expect((await stat(path.join(documents, 'long.txt'))).size).toBe(size)
    expect((await peakMemory(child)) - before).toBeLessThan(150_000_000)
  })
})

/** The most memory that a process had, in bytes. Linux only. */
async function peakMemory({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024
}
