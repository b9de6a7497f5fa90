import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Span } from '../../index/span.ts'
import type { Store } from '../../index/storage/storage.ts'
import { quoteToJson } from '../answer/answer-json.ts'
import type { LinkTo } from '../answer/quote-url.ts'
import { pagePlaceOf } from '../answer/page-place.ts'
import type { Difference } from './differences.ts'
import type { Finding } from './finding.ts'
import type { VerifiedSentence } from './verify-schema.ts'

/** The most places that are given for a sentence or a quotation, by its verdict. */
const MAX_QUOTES = { quoted: 10, altered: 3, similar: 3, 'not-found': 0 } as const

/** What a finding is made into JSON with. */
interface FindingParts {
  readonly store: Store
  /** Makes the addresses in citations. */
  readonly linkTo: LinkTo
  readonly maxQuotes: number
}

/** A finding for a span of a draft, as the API gives it, with at most `maxQuotes` places. `text` is the whole draft. */
export async function findingToJson(
  { start, end }: Span,
  text: string,
  { verdict, confidence, differences, places }: Finding,
  { store, linkTo, maxQuotes }: FindingParts,
): Promise<VerifiedSentence['quotations'][number]> {
  const shown = places.slice(0, Math.min(maxQuotes, MAX_QUOTES[verdict]))
  const quotes = await Promise.all(
    Array.from(shown, async ({ passage, sentences, words, confidence: near }, i) => {
      const place = await pagePlaceOf(passage.document.id, sentences, store)
      const quote = { passage, ...sentences, place, highlight: words, confidence: near }
      return quoteToJson({ ...quote, copies: [], candidate: null, vouched: null }, i, linkTo)
    }),
  )
  const [first] = shown
  const differenceToJson = ({ kind, draft, source }: Difference) => ({
    kind,
    draft: piece(draft, (span) => text.slice(span.start, span.end)),
    source: piece(source, (span) => (first ? passageText(first.passage, span) : '')),
  })
  return {
    start,
    end,
    text: text.slice(start, end),
    verdict,
    confidence,
    differences: differences.map(differenceToJson),
    quotes,
  }
}

function piece(span: Span | null, textOf: (span: Span) => string) {
  return span && { start: span.start, end: span.end, text: textOf(span) }
}
