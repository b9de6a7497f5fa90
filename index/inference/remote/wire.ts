import { z } from 'zod'

/**
 * The form of requests and results, and what the models compute of a text. Raise it when either changes: machines with
 * another version are refused, as those with other models are.
 */
const WIRE_VERSION = 3

/** The most texts of a question, or passages, in one request. A batch of a build has at most as many. */
export const MAX_TEXTS = 16

/** The most UTF-16 code units of a text, and of the texts of one request together. The models read 512 tokens of each. */
export const MAX_CHARACTERS = 100_000

/** The most UTF-16 code units of a question. It may be a sentence of a draft, or have words of a conversation added. */
const MAX_QUESTION = 20_000

/** The largest body of a request, in KiB: texts and a question of the greatest length, with each character escaped. */
export const MAX_REQUEST_KIB = 1024

/** The most sentences of a passage. A passage has at most 4,000 code units. */
const MAX_SENTENCES = 4000

/** The largest result in bytes: 4,000 embeddings of sentences have 8 MB, and 16 readings of 512 tokens 0.4 MB. */
export const MAX_RESULT_BYTES = 16 * 1024 * 1024

/** What a machine with models says of itself. */
export const identity = z.object({
  /** A digest of all models, and of the version of this interface. Equal digests: equal results. */
  models: z.string().regex(/^[0-9a-f]{64}$/),
  /** What the fingerprint of an index has of the embedding model. */
  embedding: z.string().min(1).max(1000),
  /** How many numbers an embedding has. */
  dimensions: z.int().positive(),
})

/** The identity of the models of a machine. */
export type Identity = z.infer<typeof identity>

/** What the digest of all models is made of, besides the digests of their files. */
export function digestedParts(models: readonly string[]): string {
  return JSON.stringify([WIRE_VERSION, ...models])
}

const boundedText = z.string().max(MAX_CHARACTERS)
const passage = z.strictObject({
  title: boundedText,
  sentences: z.array(boundedText).max(MAX_SENTENCES),
})
const texts = z.array(boundedText).min(1).max(MAX_TEXTS)
const question = z.string().max(MAX_QUESTION)
/** The models that the results must come from. */
const { models } = identity.shape

/** The body of a request, by the name of its route. */
export const requests = {
  embed: z.strictObject({ models, texts }),
  'embed-sentences': z.strictObject({
    models,
    texts: z.array(passage).min(1).max(MAX_TEXTS),
    isBackground: z.boolean(),
  }),
  score: z.strictObject({ models, question, texts }),
  read: z.strictObject({ models, question, texts }),
} as const

const finiteFloats = z
  .instanceof(Float32Array<ArrayBufferLike>)
  .refine((values) => values.every(Number.isFinite), 'It has a float that is not finite.')

/** Base64 of the bytes of finite 32-bit floats, little-endian, as every processor that the models run on has them. */
const floats = z.codec(z.base64(), finiteFloats, {
  decode: (text, context) => {
    const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
    if (bytes.length % Float32Array.BYTES_PER_ELEMENT === 0) return new Float32Array(bytes.buffer)
    context.issues.push({ code: 'custom', input: text, message: 'It cuts a float.' })
    return z.NEVER
  },
  encode: ({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
})

const offset = z.int().nonnegative()

const place = z.codec(z.tuple([offset, offset]), z.object({ start: offset, end: offset }), {
  decode: ([start, end]) => ({ start, end }),
  encode: ({ start, end }): [number, number] => [start, end],
})

const reading = z.object({
  places: z.array(place).readonly(),
  starts: floats,
  ends: floats,
  evidence: floats,
  notHere: z.number(),
})

/** The results, by the name of the route, one for each text. JSON gives every finite number back as it was. */
export const results = {
  embed: z.array(floats),
  'embed-sentences': z.array(z.array(floats)),
  score: z.array(z.number()),
  read: z.array(reading),
} as const

/** The name of a route of the models. */
export type RouteName = keyof typeof requests
