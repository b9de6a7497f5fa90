import type { Language } from '../../index/language/language.ts'
import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Span } from '../../index/span.ts'
import { asksSomething } from '../../index/splitting/sentences.ts'
import type { StoredPassage } from '../../index/storage/storage.ts'
import type { Alignment, SourceWord } from './align.ts'
import { type Difference, differenceOf, negationsIn, sourceOf } from './differences.ts'

/** A whole sentence of a draft, and the passage that it was compared with. */
export interface ComparedSentence {
  readonly sentence: Span & { readonly text: string }
  readonly alignment: Alignment
  readonly passage: StoredPassage
  readonly source: readonly SourceWord[]
}

/** The mark at the end of a sentence, also before closing quotation marks and brackets. */
export const END_MARK = /[.!?…。！？؟⁇⁈⁉⸮](?=["'”’»)\]]*$)/u

/**
 * The differences at the edges of a whole sentence whose words are all in the source: it leaves out a negation there, or it asks
 * what the source states, or the other way round.
 */
export function differencesAtEdges(compared: ComparedSentence, language: Language): Difference[] {
  const { alignment, source } = compared
  const used = alignment.steps.flatMap(sourceOf)
  const [first, last] = [used[0], used.at(-1)]
  if (!first || !last) return []
  const [from, to] = [source.indexOf(first), source.indexOf(last)]
  const isDivided = (i: number) => dividesSpeech(compared.passage, source[i - 1], source[i])
  let start = from
  while (start > 0 && !source[start - 1]?.endsSentence && !isDivided(start)) start -= 1
  let end = to + 1
  while (end < source.length && !source[end]?.beginsSentence && !isDivided(end)) end += 1
  const edges = [source.slice(start, from), source.slice(to + 1, end)]
  const negated = edges.filter((words) => negationsIn(words, language) > 0)
  const lost = Array.from(negated, (words) => differenceOf([], words))
  return last.endsSentence ? [...lost, ...otherEndMark(compared, last)] : lost
}

/** Whether a quotation begins or ends between two words: what it says and who says it are two statements. */
function dividesSpeech(
  { text, start }: StoredPassage,
  before: Span | undefined,
  after: Span | undefined,
): boolean {
  if (!before || !after) return false
  return /["“”„«»]/u.test(text.slice(before.end - start, after.start - start))
}

/** The difference between a question mark and another mark at the end of a sentence. */
function otherEndMark({ sentence, passage }: ComparedSentence, last: SourceWord): Difference[] {
  const end = passage.sentences.find(
    ({ start, end: stop }) => start <= last.start && last.end <= stop,
  )
  if (!end) return []
  const drafted = endMark(sentence.text, sentence.start)
  const written = endMark(passageText(passage, end), end.start)
  if (!drafted || !written || drafted.asks === written.asks) return []
  return [differenceOf([drafted], [written])]
}

function endMark(text: string, from: number): (Span & { readonly asks: boolean }) | null {
  const match = END_MARK.exec(text)
  if (!match) return null
  const start = from + match.index
  return { start, end: start + 1, asks: asksSomething(text) }
}
