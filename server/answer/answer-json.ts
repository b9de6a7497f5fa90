import { sentenceText } from '../../index/retrieval/retrieve.ts'
import type { Answer, Explanation } from './answer.ts'
import type { AnswerJson, QuoteJson } from './answer-schema.ts'
import { type Quote, quoteText } from './quotes.ts'

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
    closest: answered.closest.map(quoteToJson),
    interpretedAs,
    conversationId,
    ...(explain && { explanation: explanationToJson(answered.explanation) }),
  }
}

/** A quote as the API gives it, the i-th (from 0) of an answer. */
export function quoteToJson(quote: Quote, i: number): QuoteJson {
  const { passage, start, end, confidence } = quote
  const { id: documentId, title, author, date, publisher, source } = passage.document
  return {
    number: i + 1,
    text: quoteText(quote),
    confidence,
    citation: {
      documentId,
      title,
      author,
      date,
      publisher,
      source,
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
