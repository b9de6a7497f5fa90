import { expect, test } from 'vitest'
import { readEvents, type ServerEvent } from '../../../server/widget/read-events.ts'

/** A response that comes in these pieces. */
function responseOf(pieces: readonly Uint8Array[]): Response {
  const start = (controller: ReadableStreamDefaultController) => {
    for (const piece of pieces) controller.enqueue(piece)
    controller.close()
  }
  return new Response(new ReadableStream({ start }))
}

async function read(pieces: readonly Uint8Array[]) {
  const pauses: number[] = []
  const events: ServerEvent[] = []
  const coming = readEvents(responseOf(pieces), (ms) => pauses.push(ms))
  for await (const event of coming) events.push(event)
  return { events, pauses }
}

const STREAM = [
  ': waiting',
  '',
  'event: quote',
  'data: {"text": "“Ünïcode” 🐈",',
  'data: "number": 1}',
  '',
  'retry: 2000',
  'event: end',
  'data: []',
  '',
  '',
]
const EVENTS = [
  { name: 'quote', data: { text: '“Ünïcode” 🐈', number: 1 } },
  { name: 'end', data: [] },
]

test.each(['\n', '\r\n'])('events are the same wherever they are cut, with %j', async (line) => {
  const bytes = new TextEncoder().encode(STREAM.join(line))
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const { events, pauses } = await read([bytes.subarray(0, cut), bytes.subarray(cut)])
    expect(events).toEqual(EVENTS)
    expect(pauses).toEqual([2000])
  }
  const single = await read(Array.from(bytes, (byte) => Uint8Array.of(byte)))
  expect(single.events).toEqual(EVENTS)
})

test('an event that breaks off is not given', async () => {
  const bytes = new TextEncoder().encode('event: quote\ndata: {}\n\nevent: end\ndata: {}')
  expect((await read([bytes])).events).toEqual([{ name: 'quote', data: {} }])
})

test('data that is not JSON throws', async () => {
  await expect(read([new TextEncoder().encode('data: <html>\n\n')])).rejects.toThrow(SyntaxError)
})

test('a caller that stops closes the connection', async () => {
  let isClosed = false
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
    cancel: () => {
      isClosed = true
    },
  })
  for await (const { data } of readEvents(new Response(body), () => {})) {
    expect(data).toBe(1)
    break
  }
  expect(isClosed).toBe(true)
})
