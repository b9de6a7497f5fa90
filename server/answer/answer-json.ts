import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Answer, CitedQuote, Explanation } from './answer.ts'
import type { AnswerJson, QuoteJson } from './answer-schema.ts'
import { storedQuoteToJson, toStoredQuote } from './stored-reply.ts'

/** An answer as the API gives it. */
export function answerToJson(
  answered: Answer,
  {
    interpretedAs,
    conversationId,
    explain,
  }: { interpretedAs: string; conversationId: string; explain: boolean },
): AnswerJson {
  return {
    answered: answered.answered,
    answer: answered.text,
    confidence: answered.confidence,
    quotes: answered.quotes.map(quoteToJson),
    alsoOnThis: answered.alsoOnThis.map((quote, i) =>
      quoteToJson(quote, answered.quotes.length + i),
    ),
    closest: answered.closest.map(quoteToJson),
    interpretedAs,
    conversationId,
    ...(explain && { explanation: explanationToJson(answered.explanation) }),
  }
}

/** A quote as the API gives it, the i-th (from 0) of an answer, those that are also on this after the others. */
export function quoteToJson(quote: CitedQuote, i: number): QuoteJson {
  return storedQuoteToJson(toStoredQuote(quote), i)
}

function explanationToJson({ decidedBy, summary, windows, candidates }: Explanation) {
  return {
    decidedBy,
    summary,
    windows: windows.map(({ passage, start, end }) => ({
      documentId: passage.document.id,
      start,
      end,
      text: passageText(passage, { start, end }),
    })),
    candidates: candidates.map(({ candidate, confidence, outcome }) => {
      const { passage, sentence, bm25Rank, vectorRank, fusedRank } = candidate
      const { distance, overlap, logit, reading, score } = candidate
      return {
        documentId: passage.document.id,
        start: sentence.start,
        end: sentence.end,
        text: passageText(passage, sentence),
        bm25Rank,
        vectorRank,
        fusedRank,
        distance,
        overlap,
        logit,
        reading,
        score,
        confidence,
        outcome,
      }
    }),
  }
}
