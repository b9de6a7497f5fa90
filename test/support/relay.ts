import { createServer, type IncomingHttpHeaders, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { listening } from './listening.ts'

export interface RelayOptions {
  /** Changes the headers of a question before they are sent on. */
  readonly changeHeaders?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders
  /** Sends the body of an answer. */
  readonly sendAnswer?: (body: Buffer, out: ServerResponse) => Promise<void>
}

/** A proxy between a browser and a server, for the time of a test; gives its address. Answers pass through `sendAnswer`. */
export async function relay(target: string, options: RelayOptions): Promise<string> {
  const { changeHeaders = (same) => same, sendAnswer } = options
  const server = createServer((incoming, out) => {
    const isQuestion = incoming.url === '/ask'
    const { method = 'GET', url = '/' } = incoming
    const headers = isQuestion ? changeHeaders(incoming.headers) : incoming.headers
    const outgoing = request(target + url, { method, headers }, (response) => {
      void (async () => {
        out.writeHead(response.statusCode ?? 502, response.headers)
        if (!isQuestion || !sendAnswer) return response.pipe(out)
        return sendAnswer(await buffer(response), out)
      })()
    })
    incoming.pipe(outgoing)
  })
  return listening(server)
}
