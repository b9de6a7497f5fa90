import type { Language, References, Stem } from '../../index/language/language.ts'
import type { Utterance } from './history.ts'
import { type Token, tokensOf } from './tokens.ts'

/**
 * The features of a word of the conversation, with regard to a new question. The probability is computed from
 * them, and from the products of {@link PAIRS}.
 */
export interface TermFeatures {
  // Where the word was said.
  readonly askedLast: number
  readonly askedBeforeLast: number
  readonly askedEarlier: number
  readonly askedFirst: number
  readonly opensLastQuestion: number
  readonly endsLastQuestion: number
  /** The logarithm of 1 + the number of times; so are the other "times". */
  readonly timesAsked: number
  readonly addedLast: number
  readonly addedEarlier: number
  readonly timesAdded: number
  readonly quotedLast: number
  readonly quotedEarlier: number
  readonly opensLastQuote: number
  readonly timesQuoted: number
  /** 1 for a title of one word, a half for one of two words: a short title is the name of what the document is about. */
  readonly inTitle: number
  readonly inHeading: number
  // What the word is.
  readonly isName: number
  readonly isNumber: number
  readonly isFiller: number
  /** 0 for a word of every passage, 1 for a word of none. */
  readonly rarity: number
  // What the question is like.
  readonly refersToPerson: number
  readonly refersToThing: number
  readonly refersToSeveral: number
  readonly pointsBack: number
  readonly continues: number
  readonly compares: number
  readonly hasName: number
  readonly hasNewName: number
  /** The share of its words that were said in the conversation. */
  readonly sharesTopic: number
  readonly hasNoTopic: number
  /** The logarithm of 1 + the number of words that carry meaning. */
  readonly topicLength: number
}

/** Two features whose product is a feature too. */
const PAIRS: readonly (readonly [keyof TermFeatures, keyof TermFeatures])[] = [
  ['isName', 'askedLast'],
  ['isName', 'askedFirst'],
  ['isName', 'askedBeforeLast'],
  ['isName', 'addedLast'],
  ['isName', 'quotedLast'],
  ['isName', 'inTitle'],
  ['rarity', 'askedLast'],
  ['rarity', 'addedLast'],
  ['rarity', 'quotedLast'],
  ['askedLast', 'quotedLast'],
  ['askedLast', 'addedLast'],
  ['askedLast', 'inTitle'],
  ['addedLast', 'quotedLast'],
  ['addedLast', 'askedBeforeLast'],
  ['addedLast', 'askedFirst'],
  ['addedLast', 'endsLastQuestion'],
  ['isName', 'refersToPerson'],
  ['isName', 'refersToThing'],
  ['isName', 'refersToSeveral'],
  ['inTitle', 'refersToPerson'],
  ['inTitle', 'hasName'],
  ['askedLast', 'hasNoTopic'],
  ['askedLast', 'topicLength'],
  ['askedLast', 'hasName'],
  ['askedLast', 'hasNewName'],
  ['askedLast', 'sharesTopic'],
  ['askedLast', 'continues'],
  ['inTitle', 'hasNewName'],
  ['inTitle', 'topicLength'],
  ['inTitle', 'sharesTopic'],
  ['addedLast', 'hasNewName'],
  ['addedLast', 'sharesTopic'],
  ['askedFirst', 'hasNewName'],
  ['askedFirst', 'topicLength'],
  ['hasNewName', 'topicLength'],
  ['sharesTopic', 'topicLength'],
  ['askedLast', 'pointsBack'],
  ['addedLast', 'hasName'],
  ['addedLast', 'topicLength'],
  ['quotedLast', 'pointsBack'],
  ['quotedLast', 'refersToSeveral'],
  ['quotedLast', 'compares'],
]

/** A word of the conversation, with its features. */
export interface TermCandidate {
  readonly stem: Stem
  readonly features: TermFeatures
}

/** How rare a word is in the documents, from 0 to 1. */
export type Rarity = (stem: Stem) => number

/** Features and the products of pairs, by their names. */
export function withProducts(features: TermFeatures): Record<string, number> {
  const products = PAIRS.map(([a, b]) => [`${a} × ${b}`, features[a] * features[b]] as const)
  return { ...features, ...Object.fromEntries(products) }
}

/** Where a word occurs: the token, its utterance, and whether it opens or ends that. */
interface Occurrence {
  readonly token: Token
  readonly utterance: Utterance
  /** How many the utterance has. */
  readonly tokens: number
  readonly isFirstToken: boolean
  readonly isLastToken: boolean
}

/** The different words of the conversation that the question does not have. */
export function termCandidates(
  question: string,
  history: readonly Utterance[],
  rarity: Rarity,
  language: Language,
): TermCandidate[] {
  const asked = tokensOf(question, language)
  const askedStems = new Set(asked.flatMap(({ stems }) => stems))
  const said = history.flatMap((utterance) => {
    const { tokens } = utterance
    return tokens.map((token, i) => {
      const isLastToken = i === tokens.length - 1
      return { token, utterance, tokens: tokens.length, isFirstToken: i === 0, isLastToken }
    })
  })
  // A word that no document has finds nothing.
  const occurrences = said.filter(
    ({ token: { stems } }) =>
      !stems.every((stem) => askedStems.has(stem)) && stems.some((stem) => rarity(stem) < 1),
  )
  const byWord = new Map<Stem, Occurrence[]>()
  for (const occurrence of occurrences) {
    const word = mainStem(occurrence.token)
    if (word === undefined) continue
    byWord.set(word, [...(byWord.get(word) ?? []), occurrence])
  }
  const saidStems = new Set(said.flatMap(({ token }) => token.stems))
  const ofQuestion = questionFeatures(asked, saidStems, language.references(question), language)
  return Array.from(byWord, ([stem, ofWord]) => {
    return { stem, features: { ...wordFeatures(ofWord, stem, rarity, language), ...ofQuestion } }
  })
}

/** The longest stem of a hyphenated word stands for it: "al-Kadhimi" and "Kadhimi" are the same name. */
function mainStem({ stems }: Token): Stem | undefined {
  return stems.toSorted((a, b) => b.length - a.length)[0]
}

function wordFeatures(
  occurrences: readonly Occurrence[],
  stem: Stem,
  rarity: Rarity,
  language: Language,
) {
  const titles = occurrences.filter(({ utterance }) => utterance.kind === 'title')
  const where = (test: (occurrence: Occurrence) => boolean) => Number(occurrences.some(test))
  const times = (kind: Utterance['kind']) =>
    Math.log1p(occurrences.filter(({ utterance }) => utterance.kind === kind).length)
  const said = (kind: Utterance['kind'], from: number, to = from) =>
    where(({ utterance: { kind: other, turnsAgo } }) => {
      return other === kind && turnsAgo >= from && turnsAgo <= to
    })
  const isLast = ({ utterance }: Occurrence, kind: Utterance['kind']) =>
    utterance.kind === kind && utterance.turnsAgo === 1
  return {
    askedLast: said('asked', 1),
    askedBeforeLast: said('asked', 2),
    askedEarlier: said('asked', 3, Infinity),
    askedFirst: where(({ utterance }) => utterance.kind === 'asked' && utterance.isFirst),
    opensLastQuestion: where((found) => isLast(found, 'asked') && found.isFirstToken),
    endsLastQuestion: where((found) => isLast(found, 'asked') && found.isLastToken),
    timesAsked: times('asked'),
    addedLast: said('added', 1),
    addedEarlier: said('added', 2, Infinity),
    timesAdded: times('added'),
    quotedLast: said('quoted', 1),
    quotedEarlier: said('quoted', 2, Infinity),
    opensLastQuote: where((found) => isLast(found, 'quoted') && found.isFirstToken),
    timesQuoted: times('quoted'),
    inTitle: Math.max(0, ...titles.map(({ tokens }) => 1 / tokens)),
    inHeading: said('heading', 1, Infinity),
    isName: where(({ token }) => token.isName),
    isNumber: where(({ token }) => /\p{N}/u.test(token.text)),
    isFiller: Number(language.fillerStems.has(stem)),
    rarity: rarity(stem),
  }
}

function questionFeatures(
  asked: readonly Token[],
  said: ReadonlySet<Stem>,
  references: References,
  language: Language,
) {
  const topics = asked.filter(({ stems }) => !stems.every((stem) => language.fillerStems.has(stem)))
  return {
    refersToPerson: Number(references.person),
    refersToThing: Number(references.thing),
    refersToSeveral: Number(references.several),
    pointsBack: Number(references.pointsBack),
    continues: Number(references.continues),
    compares: Number(references.compares),
    hasName: Number(topics.some(({ isName }) => isName)),
    hasNewName: Number(
      topics.some(({ isName, stems }) => isName && !stems.some((stem) => said.has(stem))),
    ),
    sharesTopic:
      topics.length === 0
        ? 0
        : topics.filter(({ stems }) => stems.some((stem) => said.has(stem))).length / topics.length,
    hasNoTopic: Number(topics.length === 0),
    topicLength: Math.log1p(topics.length),
  }
}
