import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { requests, results } from '../../index/inference/remote/wire.ts'
import { listening } from './listening.ts'
import { THESE_MODELS } from './serve-models.ts'
import { DIMENSIONS, wordVectors } from './word-vectors.ts'

/** What a stand-in says of its models. */
export const IDENTITY = { models: THESE_MODELS, embedding: 'b', dimensions: DIMENSIONS }

/** Answers with {@link IDENTITY}. */
export const tellModels: RequestListener = (_, response) =>
  void response.end(JSON.stringify(IDENTITY))

/** A server in place of a machine with models, and how many calls it has got. */
export interface StandIn {
  readonly url: string
  readonly calls: () => number
}

/** A server in place of a machine, which answers calls by `listener`, and says by `identify` which models it has. */
export async function standIn(listener: RequestListener, identify = tellModels): Promise<StandIn> {
  let calls = 0
  const server = createServer((request, response) => {
    if (request.method === 'GET') return identify(request, response)
    calls += 1
    return listener(request, response)
  })
  return { url: await listening(server), calls: () => calls }
}

/** A machine with word vectors for models, whose results `change` may change on their way. It gives the body. */
export function changedWords(
  change: (route: string, results: unknown[]) => string,
): Promise<StandIn> {
  const bodyOf = async (request: IncomingMessage) => {
    const route = request.url?.split('/').at(-1) ?? ''
    return change(route, await encodedResults(route, await json(request)))
  }
  return standIn((request, response) => {
    void bodyOf(request).then((body) => response.end(body))
  })
}

async function encodedResults(route: string, body: unknown): Promise<unknown[]> {
  const models = wordVectors()
  if (route === 'embed') {
    return z.encode(results.embed, await models.embed(requests.embed.parse(body).texts))
  }
  if (route === 'embed-sentences') {
    const { texts } = requests[route].parse(body)
    return z.encode(results[route], await models.embedSentences(texts))
  }
  const { question, texts } = requests.score.parse(body)
  if (route === 'score') return z.encode(results.score, await models.score(question, texts))
  return z.encode(results.read, await models.read(question, texts))
}
