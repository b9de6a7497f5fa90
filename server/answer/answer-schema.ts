import { z } from '@hono/zod-openapi'

export const offset = z.int().min(0)
const probability = z.number().min(0).max(1)

export const details = {
  title: z.string(),
  author: z.string().nullable(),
  date: z.string().nullable().openapi({ description: 'As the document gives it' }),
}

const page = z.object({
  first: z.int().min(1),
  last: z.int().min(1),
  label: z.string().nullable().openapi({ description: 'As it is printed on the first page' }),
})

const pageRectangle = z
  .object({
    page: z.int().min(1),
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
  })
  .openapi({ description: 'In points, from the top left corner of the page as it is displayed' })

const selector = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('TextQuoteSelector'),
    exact: z.string(),
    prefix: z.string(),
    suffix: z.string(),
  }),
  z.object({ type: z.literal('TextPositionSelector'), start: offset, end: offset }),
])

const citation = z.object({
  documentId: z.string(),
  ...details,
  publisher: z.string().nullable(),
  source: z.string().nullable(),
  start: offset.openapi({ description: 'In UTF-16 code units of the text, from 0' }),
  end: offset.openapi({ description: 'Exclusive' }),
  paragraph: z.int().min(1),
  heading: z.string().nullable(),
  page: page.nullable().openapi({ description: 'Null where the document has no pages' }),
  rects: z.array(pageRectangle).openapi({
    description:
      'Where the quote stands on its pages, a rectangle for each line; empty where that is not known',
  }),
  version: z.string().nullable().openapi({
    description:
      "sha256- and the digest of the document's text: the quote stands in the text that has it; null for an answer of an older version",
  }),
  original: z.string().nullable().openapi({
    description: 'The quote at the address where the document was published',
  }),
  selector: z.array(selector).openapi({
    description: 'W3C Web Annotation selectors; positions count code points',
  }),
  url: z.string().openapi({ description: 'Opens the document at the quote' }),
})

export const quote = z
  .object({
    number: z.int().min(1),
    text: z.string().openapi({ description: 'Word for word: the document from start to end' }),
    highlight: z.object({ start: offset, end: offset }).nullable().openapi({
      description:
        "The words that answer, inside the quote, in the document's text; null where they cannot be told",
    }),
    confidence: probability,
    citation,
    alsoIn: z.array(citation).openapi({
      description: 'Where other documents say the same, word for word but for typography',
    }),
    vouched: z
      .object({
        by: z.string().openapi({ description: 'The name of who chose the quote' }),
        at: z.iso.datetime().openapi({ description: 'When it was chosen' }),
        question: z.string().openapi({ description: 'The question that it was chosen for' }),
      })
      .nullable()
      .openapi({
        description: 'Who chose the quote for this question; null where a search found it',
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
    decidedBy: z.enum(['conversation', 'retrieval', 'threshold', 'ranking', 'document', 'vouched']),
    summary: z.string(),
    equalForms: z.array(z.object({ asked: z.string(), others: z.array(z.string()) })).openapi({
      description:
        'What the question was read for as well: its abbreviations and other words, with the forms that the operators made equal to them',
    }),
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
export type Citation = z.infer<typeof citation>
