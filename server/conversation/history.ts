import type { Language } from '../../index/language/language.ts'
import { asksSomething, splitSentences } from '../../index/splitting/sentences.ts'
import { type Token, tokensOf } from './tokens.ts'

/** A turn as far as later questions may refer to it. */
export interface SaidTurn {
  /** As the person typed it. */
  readonly question: string
  /** What the reading added to the question from the turns before. */
  readonly added: readonly string[]
  /** Best first. */
  readonly quotes: readonly {
    readonly text: string
    readonly title: string | null
    readonly heading: string | null
  }[]
}

/** A text in a conversation that a later question may refer to. */
export interface Utterance {
  /** Whether a person typed it, a reading added it to a question, or an answer showed it: a quote, its title, its heading. */
  readonly kind: 'asked' | 'added' | 'quoted' | 'title' | 'heading'
  /** 1 for the turn before the question. */
  readonly turnsAgo: number
  /** Whether it is of the first turn. */
  readonly isFirst: boolean
  readonly text: string
  readonly tokens: readonly Token[]
}

/** What somebody typed, in its parts. */
export interface TypedParts {
  /** The sentence that asks; where none ends with a question mark, all of them. */
  readonly asked: string
  /** The other sentences, without those that are only small talk. */
  readonly remarks: readonly string[]
}

/** Divides what somebody typed: "Wow, that is better than I thought. What are common treatments?" asks with its second sentence. */
export function partsOf(typed: string, language: Language): TypedParts {
  const spans = splitSentences(typed, { start: 0, end: typed.length }, { language, kind: 'prose' })
  const sentences = spans
    .map(({ start, end }) => typed.slice(start, end))
    .filter((sentence) => language.smallTalkReply(sentence) === null)
  const asked = sentences.findLast(asksSomething)
  if (asked === undefined) return { asked: sentences.join(' ') || typed, remarks: [] }
  return { asked, remarks: sentences.filter((sentence) => sentence !== asked) }
}

/** Only so many turns are looked at, the latest: the words of 50 long ones would hold up the server for a second. */
export const MAX_TURNS = 12

/**
 * What was said before a question, the latest first: its own remarks, then the turns before it, which are oldest first. Of
 * the quotes of a turn the first one counts, or the one of the latest turn that the question points to ("the second one").
 */
export function utterancesBefore(
  { asked, remarks }: TypedParts,
  turns: readonly SaidTurn[],
  language: Language,
): Utterance[] {
  const place = language.placePointedTo(asked)
  const latest = turns.slice(-MAX_TURNS)
  const ofTurns = Array.from(latest, (saidTurn, i): Utterance[] => {
    const { question, added, quotes } = saidTurn
    const isLatest = i === latest.length - 1
    const quote = (isLatest && place !== null ? quotes.at(place) : undefined) ?? quotes[0]
    const turn = { turnsAgo: latest.length - i, isFirst: saidTurn === turns[0] }
    const say = (kind: Utterance['kind'], text: string | null | undefined) =>
      text ? [{ ...turn, kind, text, tokens: tokensOf(text, language) }] : []
    const typed = partsOf(question, language)
    return [
      ...[typed.asked, ...typed.remarks].flatMap((text) => say('asked', text)),
      ...added.flatMap((text) => say('added', text)),
      ...say('quoted', quote?.text),
      ...say('title', quote?.title),
      ...say('heading', quote?.heading),
    ]
  })
  const own = remarks.map((text): Utterance => {
    const tokens = tokensOf(text, language)
    return { turnsAgo: 1, isFirst: false, kind: 'asked', text, tokens }
  })
  return [own, ...ofTurns.toReversed()].flat()
}
