import { randomBytes } from 'node:crypto'
import type { z } from '@hono/zod-openapi'
import { sentenceText } from '../../index/retrieval/retrieve.ts'
import type { Answer, Explanation } from '../answer/answer.ts'
import { type Quote, quoteText } from '../answer/quotes.ts'
import type { answer, AskBody } from './schemas.ts'

export type AnswerJson = z.infer<typeof answer>

/** An answer as the API gives it. */
export function answerToJson(
  answered: Answer,
  { question, conversationId, explain }: AskBody,
): AnswerJson {
  return {
    answered: answered.answered,
    answer: answered.text,
    confidence: answered.confidence,
    quotes: answered.quotes.map(quoteToJson),
    closest: answered.closest.map(quoteToJson),
    interpretedAs: question,
    conversationId: conversationId ?? randomBytes(16).toString('base64url'),
    ...(explain && { explanation: explanationToJson(answered.explanation) }),
  }
}

function quoteToJson(quote: Quote, i: number): AnswerJson['quotes'][number] {
  const { passage, start, end, confidence } = quote
  const { id: documentId, ...details } = passage.document
  return {
    number: i + 1,
    text: quoteText(quote),
    confidence,
    citation: {
      documentId,
      ...details,
      start,
      end,
      paragraph: passage.paragraph,
      heading: passage.heading,
      page: null,
      url: `/documents/${documentId}?start=${start}&end=${end}`,
    },
    passage: { text: passage.text, start: passage.start, end: passage.end },
  }
}

function explanationToJson({ decidedBy, summary, passagesRead, candidates }: Explanation) {
  return {
    decidedBy,
    summary,
    passagesRead,
    candidates: candidates.map(({ candidate, confidence, outcome }) => {
      const { passage, sentence, bm25Rank, vectorRank, fusedRank } = candidate
      const { distance, overlap, logit, score } = candidate
      return {
        documentId: passage.document.id,
        start: sentence.start,
        end: sentence.end,
        text: sentenceText(passage, sentence),
        bm25Rank,
        vectorRank,
        fusedRank,
        distance,
        overlap,
        logit,
        score,
        confidence,
        outcome,
      }
    }),
  }
}
