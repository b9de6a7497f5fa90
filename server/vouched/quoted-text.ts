import { windowAround } from '../../index/retrieval/windows.ts'
import { passageText } from '../../index/retrieval/passage-text.ts'
import type { QuotedText } from './question-pair.ts'
import type { StandingQuote } from './standing.ts'

/** The quotes as the models read them: with the sentences around the first one, under the title of its document. */
export function quotedText(quotes: readonly StandingQuote[]): QuotedText {
  const [first] = quotes
  if (!first) throw new Error('there is no quote')
  const { passage, start, end } = first
  const sentence = passage.sentences.find((each) => each.end > start)
  const window = sentence ? windowAround(passage, sentence) : { start, end }
  return {
    title: passage.document.title,
    text: passageText(passage, window),
    quotes: quotes.map((quote) => passageText(quote.passage, quote)).join(' '),
  }
}
