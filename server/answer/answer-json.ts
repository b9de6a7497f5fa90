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
    ...shownAnswer(answered),
    interpretedAs,
    conversationId,
    ...(explain && { explanation: explanationToJson(answered.explanation) }),
  }
}

/** The fields of an answer that do not depend on its conversation, as the API gives them. */
export function shownAnswer({ answered, text, confidence, quotes, alsoOnThis, closest }: Answer) {
  return {
    answered,
    answer: text,
    confidence,
    quotes: quotes.map(quoteToJson),
    alsoOnThis: alsoOnThis.map((quote, i) => quoteToJson(quote, quotes.length + i)),
    closest: closest.map(quoteToJson),
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
