import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Answer, CitedQuote, Explanation } from './answer.ts'
import type { AnswerJson, QuoteJson } from './answer-schema.ts'
import { type LinkTo, quoteUrl } from './quote-url.ts'
import { storedQuoteToJson, toStoredQuote } from './stored-reply.ts'

/** What the API gives with an answer. */
interface ReplyFields {
  readonly interpretedAs: string
  readonly conversationId: string
  /** Whether the answer has its explanation. */
  readonly explain: boolean
  /** Makes the addresses in citations. */
  readonly linkTo: LinkTo
}

/** An answer as the API gives it. */
export function answerToJson(answered: Answer, reply: ReplyFields): AnswerJson {
  return { ...shownAnswer(answered, reply.linkTo), ...replyToJson(answered, reply) }
}

/** The JSON of {@link shownAnswer} without the bracket at its end, in UTF-8, of each answer that was sent. Its links are not signed. */
const shownJson = new WeakMap<Answer, Buffer>()

/**
 * {@link answerToJson} as JSON in UTF-8. What does not depend on the conversation is written once: a cached answer is sent to
 * everybody who asks for it.
 */
export function answerToJsonText(answered: Answer, reply: ReplyFields): Buffer<ArrayBuffer> {
  const shown = shownJsonOf(answered, reply.linkTo)
  const rest = JSON.stringify(replyToJson(answered, reply)).slice(1)
  return Buffer.concat([shown, Buffer.from(`,${rest}`)])
}

function shownJsonOf(answered: Answer, linkTo: LinkTo): Buffer {
  const make = () => Buffer.from(JSON.stringify(shownAnswer(answered, linkTo)).slice(0, -1))
  // A signed link changes every day.
  if (linkTo !== quoteUrl) return make()
  const kept = shownJson.get(answered) ?? make()
  shownJson.set(answered, kept)
  return kept
}

function replyToJson(
  { explanation }: Answer,
  { interpretedAs, conversationId, explain }: ReplyFields,
) {
  return {
    interpretedAs,
    conversationId,
    ...(explain && { explanation: explanationToJson(explanation) }),
  }
}

/** The fields of an answer that do not depend on its conversation, as the API gives them. */
export function shownAnswer(
  { answered, text, confidence, quotes, alsoOnThis, closest }: Answer,
  linkTo: LinkTo,
) {
  return {
    answered,
    answer: text,
    confidence,
    quotes: quotes.map((quote, i) => quoteToJson(quote, i, linkTo)),
    alsoOnThis: alsoOnThis.map((quote, i) => quoteToJson(quote, quotes.length + i, linkTo)),
    closest: closest.map((quote, i) => quoteToJson(quote, i, linkTo)),
  }
}

/** A quote as the API gives it, the i-th (from 0) of an answer, those that are also on this after the others. */
export function quoteToJson(quote: CitedQuote, i: number, linkTo: LinkTo): QuoteJson {
  return storedQuoteToJson(toStoredQuote(quote), i, linkTo)
}

function explanationToJson({ decidedBy, summary, equalForms, windows, candidates }: Explanation) {
  return {
    decidedBy,
    summary,
    equalForms: equalForms.map(({ asked, others }) => ({ asked, others: [...others] })),
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
