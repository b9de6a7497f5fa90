import type { Language, Stem } from '../../index/language/language.ts'
import { partsOf, type SaidTurn, type TypedParts, type Utterance } from './history.ts'
import type { Term } from './terms.ts'
import { type Token, tokensOf } from './tokens.ts'

/** A way to read a question in its conversation. */
export interface Reading {
  /** The stand-alone question: what was typed, then in brackets what was added. */
  readonly text: string
  /** What was typed, without remarks. */
  readonly typed: string
  /** What was added from the conversation. */
  readonly added: readonly string[]
}

/**
 * From this probability on, a word is taken from the conversation. Where conversations are about one thing, 0.3 is best by
 * the F1 of the words, and where they wander, 0.17. Too many words do less harm: the question as typed is read as well.
 */
export const MIN_PROBABILITY = 0.2

/** People who rewrite a question to stand alone add three words to it on average. */
const MAX_TERMS = 5

/** Between two words of a phrase stands no punctuation mark, and no more than this ("of the"). */
const WITHIN_PHRASE = /^[^,.;:!?()[\]\n"“”]{1,8}$/u

/**
 * The ways to read a question: as typed, with the words that it leaves out, and with the question before it. Only as typed
 * where it leaves nothing out.
 */
export function readingsOf(
  typed: string,
  { asked }: TypedParts,
  turns: readonly SaidTurn[],
  history: readonly Utterance[],
  terms: readonly Term[],
  language: Language,
): Reading[] {
  const likely = terms
    .filter(({ probability }) => probability >= MIN_PROBABILITY)
    .toSorted((a, b) => b.probability - a.probability)
    .slice(0, MAX_TERMS)
  const meant = new Set(likely.map(({ stem }) => stem))
  const alone = { text: typed, typed, added: [] }
  if (meant.size === 0) return [alone]
  return [
    alone,
    ...[phrasesOf(meant, history), questionBefore(turns, language)].map((added) => {
      return { text: `${asked} (${added.join(', ')})`, typed: asked, added }
    }),
  ]
}

/** The part of a reading that was typed. */
export function typedPart({
  interpretedAs,
  added,
}: {
  readonly interpretedAs: string
  readonly added: readonly string[]
}): string {
  const brackets = ` (${added.join(', ')})`
  return interpretedAs.endsWith(brackets) ? interpretedAs.slice(0, -brackets.length) : interpretedAs
}

/** What the previous turn asked. Where it names no topic itself, that is what its reading added. */
function questionBefore(turns: readonly SaidTurn[], language: Language): string[] {
  const { question = '', added = [] } = turns.at(-1) ?? {}
  const { asked } = partsOf(question, language)
  const hasTopic = tokensOf(asked, language).some(
    ({ stems }) => !stems.every((stem) => language.fillerStems.has(stem)),
  )
  return hasTopic || added.length === 0 ? [asked, ...added] : [...added]
}

/**
 * The phrases of the conversation that say these words, as they were written there: first those that were asked, then those
 * that were quoted; the longest first, and of two as long the one that was said last.
 */
function phrasesOf(words: ReadonlySet<Stem>, history: readonly Utterance[]): string[] {
  const missing = new Set(words)
  const phrases: string[] = []
  const asked = history.filter(({ kind }) => kind === 'asked' || kind === 'added')
  for (const said of [asked, history]) {
    for (;;) {
      const [best] = said
        .flatMap((utterance) => runsIn(utterance, missing))
        .toSorted((a, b) => b.newStems - a.newStems)
      if (!best) break
      phrases.push(best.text)
      for (const stem of best.stems) missing.delete(stem)
    }
  }
  return phrases
}

interface Run {
  readonly text: string
  readonly stems: readonly Stem[]
  readonly newStems: number
}

/** The runs of tokens of a text that have only these stems; a name is taken whole. */
function runsIn({ text, tokens }: Utterance, wanted: ReadonlySet<Stem>): Run[] {
  const isWanted = tokens.map(({ stems }) => stems.some((stem) => wanted.has(stem)))
  const joins = (i: number) => joinsNext(tokens, i, text)
  const runs: Run[] = []
  for (let i = 0; i < tokens.length; i += 1) {
    if (!isWanted[i]) continue
    let [first, last] = [i, i]
    while (isWanted[last + 1] && joins(last)) last += 1
    i = last
    while (first > 0 && isOfName(tokens, first - 1, text)) first -= 1
    while (last + 1 < tokens.length && isOfName(tokens, last, text)) last += 1
    const run = tokens.slice(first, last + 1)
    const stems = run.flatMap((token) => token.stems)
    runs.push({
      text: text.slice(run[0]?.start, run.at(-1)?.end),
      stems,
      newStems: new Set(stems.filter((stem) => wanted.has(stem))).size,
    })
  }
  return runs
}

function joinsNext(tokens: readonly Token[], i: number, text: string): boolean {
  const [token, next] = [tokens[i], tokens[i + 1]]
  return (
    token !== undefined &&
    next !== undefined &&
    WITHIN_PHRASE.test(text.slice(token.end, next.start))
  )
}

/** Whether a token and the next one are parts of one name: "Samsung Galaxy". */
function isOfName(tokens: readonly Token[], i: number, text: string): boolean {
  const [token, next] = [tokens[i], tokens[i + 1]]
  return (
    token !== undefined &&
    next !== undefined &&
    token.isName &&
    next.isName &&
    /^\s+$/u.test(text.slice(token.end, next.start))
  )
}
