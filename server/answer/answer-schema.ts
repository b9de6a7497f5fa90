import { z } from '@hono/zod-openapi'

export const offset = z.int().min(0)
const probability = z.number().min(0).max(1)

export const details = {
  title: z.string(),
  author: z.string().nullable(),
  date: z.string().nullable().openapi({ description: 'As the document gives it' }),
}

export const quote = z
  .object({
    number: z.int().min(1),
    text: z.string().openapi({ description: 'Word for word: the document from start to end' }),
    highlight: z.object({ start: offset, end: offset }).nullable().openapi({
      description:
        "The words that answer, inside the quote, in the document's text; null where they cannot be told",
    }),
    confidence: probability,
    citation: z.object({
      documentId: z.string(),
      ...details,
      publisher: z.string().nullable(),
      source: z.string().nullable(),
      start: offset.openapi({ description: 'In UTF-16 code units of the text, from 0' }),
      end: offset.openapi({ description: 'Exclusive' }),
      paragraph: z.int().min(1),
      heading: z.string().nullable(),
      page: z.int().min(1).nullable(),
      url: z.string().openapi({ description: 'Opens the document at the quote' }),
    }),
    passage: z
      .object({ text: z.string(), start: offset, end: offset })
      .openapi({ description: 'The paragraph around the quote, word for word' }),
  })
  .openapi('Quote')

const reading = z
  .object({
    margin: z.number().openapi({
      description:
        'By how much "these words answer" is likelier than "nothing here does", in logits',
    }),
    evidence: z.number().openapi({ description: 'That the sentence answers, in logits' }),
    words: z.object({ start: offset, end: offset }),
  })
  .openapi({ description: 'What the reader made of the sentence; null where it did not read it' })

const explanation = z
  .object({
    decidedBy: z.enum(['conversation', 'retrieval', 'threshold', 'ranking', 'document']),
    summary: z.string(),
    windows: z
      .array(z.object({ documentId: z.string(), start: offset, end: offset, text: z.string() }))
      .openapi({
        description: 'The neighbouring sentences that the reader read at once, in order',
      }),
    candidates: z.array(
      z.object({
        documentId: z.string(),
        start: offset,
        end: offset,
        text: z.string(),
        bm25Rank: z.int().nullable(),
        vectorRank: z.int().nullable(),
        fusedRank: z.int(),
        distance: z.number(),
        overlap: probability,
        logit: z.number().nullable(),
        reading: reading.nullable(),
        score: z.number().nullable(),
        confidence: probability.nullable(),
        outcome: z.string(),
      }),
    ),
  })
  .openapi('Explanation')

export const answer = z
  .object({
    answered: z.boolean(),
    answer: z.string(),
    confidence: probability,
    quotes: z.array(quote),
    alsoOnThis: z.array(quote).openapi({
      description:
        'Beside quotes that answer: quotes on the same subject that probably do not answer',
    }),
    closest: z.array(quote).openapi({ description: 'Where nothing answers: what comes closest' }),
    interpretedAs: z.string().openapi({
      description: 'What was searched for: the question, so that it stands alone',
    }),
    conversationId: z.string(),
    explanation: explanation.optional(),
  })
  .openapi('Answer')

export type AnswerJson = z.infer<typeof answer>
export type QuoteJson = z.infer<typeof quote>
