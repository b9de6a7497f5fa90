import { hasFollowUpWording, hasVerb, isFragment } from './detect-follow-up.ts'
import { namesIn, nameOfTitle } from './names.ts'

/** The parts of an earlier turn that a follow-up question may refer to. */
export interface EarlierTurn {
  /** The standalone question that was searched for. */
  readonly interpretedAs: string
  /** Best first. */
  readonly quotes: readonly {
    readonly text: string
    readonly title: string
    /** The text of the passage around the quote. */
    readonly passage: string
  }[]
}

const PERSON_PRONOUN = /\b(?:he|him|his|himself|she|her|hers|herself)\b/iu
const THERE_WORD = /\bthere\b/iu
const PLURAL_PRONOUN = /\b(?:they|them|their|theirs|these|those)\b/iu
const WHAT_ABOUT = /^(?:(?:and|but|so|or) )?(?:what|how) about\b/iu
const STARTS_WITH_AND = /^(?:and|but) /iu

/** "this" or "that" for an event, not for a person or a thing. The previous question says which event. */
const EVENT_REFERENCE =
  /\b(?:this|that) (?:happen|happened|occur|occurred|start|started|end|ended|mean|take place|come about)\b|\bwhy (?:is|was|did) (?:this|that)\b|\b(?:do|did|does|for|after|before|of) (?:this|that)\s*\??$/iu

/** Words in names of organisations, events and countries: such a name is not the name of a person. */
const NON_PERSON_WORD =
  /\b(?:University|College|School|Party|Council|Forces?|Army|Service|Agency|Ministry|Office|Parliament|Academy|Institute|League|Club|Company|Records|War|Agreement|Treaty|Act|Award|Prize|Championships?|Cup|States?|Republic|Kingdom|Embassy)\b/u

/** Capitalised roles that are not names: "Prime Minister". */
const ROLE =
  /^(?:(?:prime|foreign|defense|former|new|vice|rear|chief|major|brigadier|lieutenant) )*(?:minister|president|general|admiral|king|queen|prince|princess|pope|chancellor|commander|director|professor|senator|secretary|chairman|judge|officer|government|parliament)$/iu

/** Up to two words before a noun; the group stays open, so that the noun can follow in it. */
const PHRASE_START = String.raw`((?:(?!(?:of|the)\b)[\p{L}\p{N}'’-]+ ){0,2}?`
const VERB = 'is|are|was|were|do|does|did|has|have|had|can|could|will|would|should'
/**
 * The things that a question mentions, each a phrase of up to three words: a plural after "the", "some" or "what"; a
 * phrase after "the" or "a" that ends before a preposition, a verb or a punctuation mark; a phrase after "did the"; and
 * a phrase between "what" and a verb.
 */
const THING_PHRASES = [
  new RegExp(
    String.raw`\b(?:the|some|several|many|which|what) ${PHRASE_START}[\p{L}-]{3,}(?<!s)s)\b`,
    'giu',
  ),
  new RegExp(
    String.raw`(?<!\b(?:do|does|did|can|could|will|would|should) )\b(?:the|a|an) ${PHRASE_START}[\p{L}\p{N}-]+)(?=[?.!,;]|$| (?:of|in|on|at|about|against|from|to|with|for|by|after|before|between|during|and|or|that|which|who|${VERB})\b)`,
    'giu',
  ),
  new RegExp(
    String.raw`\b(?:do|does|did) the ((?:\p{Lu}[\p{L}'’-]*(?<!s) )*\p{Ll}[\p{L}-]*)`,
    'gu',
  ),
  new RegExp(String.raw`\b(?:what|which) ${PHRASE_START}[\p{L}\p{N}-]+)(?= (?:${VERB})\b)`, 'giu'),
]
const IS_PLURAL = /[^s]s$/iu
const STARTS_WITH_VERB = new RegExp(`^(?:${VERB})\\b`, 'iu')

const PRONOUN = /\b(he|she|they|it|him|them|his|hers|her|theirs|their|its)\b/iu
const POSSESSIVE = /^(?:his|hers|theirs|their|its)$/iu

/**
 * Rewrites a follow-up question so that it stands alone: puts a name in place of its pronoun, or adds the name or the
 * previous question in brackets. Gives the question unchanged where no name fits. `history` is oldest first;
 * `topicTitle` is the title of the document that the conversation is about.
 */
export function rewriteFollowUp(
  question: string,
  history: readonly EarlierTurn[],
  topicTitle: string | null,
): string {
  const previous = history.at(-1)
  if (!previous) return question
  if (dependsOnPreviousQuestion(question)) {
    return `${question} (${withoutBrackets(previous.interpretedAs)})`
  }
  const topicName = topicTitle === null ? null : nameOfTitle(topicTitle)
  const name = topicName ?? (hasFollowUpWording(question) ? findReferent(question, history) : null)
  if (name === null || hasName(question, name)) return question
  return insertName(question, name)
}

/** Whether a question depends on the whole previous question, not only on a name in it: "When did that happen?". */
function dependsOnPreviousQuestion(question: string): boolean {
  return isFragment(question) || asksWhatAbout(question) || EVENT_REFERENCE.test(question)
}

/**
 * Whether a question only names something else: "What about the Kurds?", "And Israel?". It repeats the previous question
 * for that, or begins a new topic.
 */
export function asksWhatAbout(question: string): boolean {
  return WHAT_ABOUT.test(question) || (STARTS_WITH_AND.test(question) && !hasVerb(question))
}

/**
 * The name or thing that a question's pronoun stands for: the first one that fits in the latest turn that has one.
 * Within a turn, the question comes before its first quote. Null where nothing fits.
 */
function findReferent(question: string, history: readonly EarlierTurn[]): string | null {
  const ownNames = new Set(namesIn(question))
  for (const { interpretedAs, quotes } of history.toReversed()) {
    const passages = quotes.map(({ passage }) => passage).join(' ')
    const inQuestion = referentsIn(interpretedAs, passages, question)
    const [quote] = quotes
    const inQuote = quote ? namesIn(quote.text, passages) : []
    const referent = [...inQuestion, ...inQuote].find(
      (name) => !ownNames.has(name) && isPossibleReferent(name, question),
    )
    if (referent) return referent
  }
  return null
}

/**
 * What a pronoun of `question` may stand for in an earlier question, in the order of its text: names and, unless the
 * pronoun is "he" or "she", things of the pronoun's number. `passages` help to recognise names.
 */
function referentsIn(earlierQuestion: string, passages: string, question: string): string[] {
  const things = THING_PHRASES.flatMap((pattern) =>
    [...earlierQuestion.matchAll(pattern)].map(([, phrase = '']) => phrase),
  ).filter((phrase) => !STARTS_WITH_VERB.test(phrase))
  // "Shiite" in "the Shiite militias" is only part of a phrase.
  const names = namesIn(earlierQuestion, passages).filter(
    (name) => !things.some((thing) => thing !== name && thing.includes(name)),
  )
  if (PERSON_PRONOUN.test(question)) return names
  const isPlural = PLURAL_PRONOUN.test(question)
  const matching = things.filter((thing) => isPlural === IS_PLURAL.test(thing))
  return [...names, ...matching.filter((thing) => !names.includes(thing))]
    .toSorted((a, b) => earlierQuestion.indexOf(a) - earlierQuestion.indexOf(b))
    .map((referent) => (names.includes(referent) ? referent : `the ${referent}`))
}

/** Whether the pronoun of a question, or its "there", may stand for a name: "he" for no place, "there" for no person. */
function isPossibleReferent(name: string, question: string): boolean {
  if (ROLE.test(name)) return false
  const isPlace = isPlaceName(name)
  if (PERSON_PRONOUN.test(question))
    return !isPlace && !NON_PERSON_WORD.test(name) && !/\bof\b/u.test(name)
  return !THERE_WORD.test(question) || isPlace || NON_PERSON_WORD.test(name)
}

/** Puts a name in place of the first pronoun, or in brackets after a question without a pronoun. */
function insertName(question: string, name: string): string {
  const match = PRONOUN.exec(question)
  if (!match) return `${question} (${name})`
  const [pronoun] = match
  const after = question.slice(match.index + pronoun.length)
  const isPossessive =
    POSSESSIVE.test(pronoun) || (/^her$/iu.test(pronoun) && /^\s+\p{Ll}/u.test(after))
  return `${question.slice(0, match.index)}${isPossessive ? `${name}’s` : name}${after}`
}

/**
 * The part of a rewritten question that the next follow-up question depends on: the question in the brackets, if they
 * hold a question, and else the text before them.
 */
function withoutBrackets(rewritten: string): string {
  const [, question = rewritten, inBrackets = ''] = /^(.*?)\s*\((.*)\)$/su.exec(rewritten) ?? []
  return /\?\s*$/u.test(inBrackets) ? inBrackets : question
}

function hasName(question: string, name: string): boolean {
  return question.toLowerCase().includes(name.toLowerCase())
}

let knownPlaces: ReadonlySet<string> | undefined

/**
 * Whether a name is a country, or a city that a time zone is named after. The tables come from the JavaScript runtime, and
 * are read at the first call.
 */
function isPlaceName(name: string): boolean {
  knownPlaces ??= readPlaceNames()
  return knownPlaces.has(name.toLowerCase())
}

function readPlaceNames(): ReadonlySet<string> {
  const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
  const countries = letters.flatMap((a) => letters.flatMap((b) => regions.of(a + b) ?? []))
  const cities = Intl.supportedValuesOf('timeZone').map((zone) =>
    (zone.split('/').at(-1) ?? '').replaceAll('_', ' '),
  )
  return new Set([...countries, ...cities].map((name) => name.toLowerCase()))
}
