import { hasVerb, isFragment, leans } from './detect-follow-up.ts'
import { namesIn, nameOfTitle } from './names.ts'

/** An earlier turn, as far as a later question may lean on it. */
export interface Said {
  /** The question as it was read. */
  readonly interpretedAs: string
  /** Best first. */
  readonly quotes: readonly {
    readonly text: string
    readonly title: string
    /** The paragraph around it. */
    readonly passage: string
  }[]
}

const PERSON = /\b(?:he|him|his|himself|she|her|hers|herself)\b/iu
const THERE = /\bthere\b/iu
const THEY = /\b(?:they|them|their|theirs|these|those)\b/iu
const ASKS_ABOUT = /^(?:(?:and|but|so|or) )?(?:what|how) about\b/iu
const GOES_ON = /^(?:and|but) /iu

/** Points at what happened, not at anybody: the question before says what. */
const POINTS_AT_EVENT =
  /\b(?:this|that) (?:happen|happened|occur|occurred|start|started|end|ended|mean|take place|come about)\b|\bwhy (?:is|was|did) (?:this|that)\b|\b(?:do|did|does|for|after|before|of) (?:this|that)\s*\??$/iu

const THING =
  /\b(?:University|College|School|Party|Council|Forces?|Army|Service|Agency|Ministry|Office|Parliament|Academy|Institute|League|Club|Company|Records|War|Agreement|Treaty|Act|Award|Prize|Championships?|Cup|States?|Republic|Kingdom|Embassy)\b/u

/** Of people by what they are, not who: "Prime Minister". */
const ROLE =
  /^(?:(?:prime|foreign|defense|former|new|vice|rear|chief|major|brigadier|lieutenant) )*(?:minister|president|general|admiral|king|queen|prince|princess|pope|chancellor|commander|director|professor|senator|secretary|chairman|judge|officer|government|parliament)$/iu

const NOUNS = String.raw`((?:(?!(?:of|the)\b)[\p{L}\p{N}'’-]+ ){0,2}?`
const VERB = 'is|are|was|were|do|does|did|has|have|had|can|could|will|would|should'
/** What a question speaks of as "the …", of up to three words: plurals, what stands before what is no noun, and after "what". */
const THINGS = [
  new RegExp(
    String.raw`\b(?:the|some|several|many|which|what) ${NOUNS}[\p{L}-]{3,}(?<!s)s)\b`,
    'giu',
  ),
  new RegExp(
    String.raw`(?<!\b(?:do|does|did|can|could|will|would|should) )\b(?:the|a|an) ${NOUNS}[\p{L}\p{N}-]+)(?=[?.!,;]|$| (?:of|in|on|at|about|against|from|to|with|for|by|after|before|between|during|and|or|that|which|who|${VERB})\b)`,
    'giu',
  ),
  new RegExp(
    String.raw`\b(?:do|does|did) the ((?:\p{Lu}[\p{L}'’-]*(?<!s) )*\p{Ll}[\p{L}-]*)`,
    'gu',
  ),
  new RegExp(String.raw`\b(?:what|which) ${NOUNS}[\p{L}\p{N}-]+)(?= (?:${VERB})\b)`, 'giu'),
]
const IS_PLURAL = /[^s]s$/iu
const BEGINS_AS_VERB = new RegExp(`^(?:${VERB})\\b`, 'iu')

const PRONOUN = /\b(he|she|they|it|him|them|his|hers|her|theirs|their|its)\b/iu
const POSSESSIVE = /^(?:his|hers|theirs|their|its)$/iu

/**
 * A question that leans on what was said, so that it stands alone: with the name that is meant in place of its
 * pronoun, or with what it leans on behind it in brackets. The question itself where nothing fits.
 * `subject` is what the conversation is about, if that has a name: a document's title.
 */
export function readingOf(
  question: string,
  history: readonly Said[],
  subject: string | null,
): string {
  const last = history.at(-1)
  if (!last) return question
  if (needsQuestionBefore(question)) return `${question} (${withoutBrackets(last.interpretedAs)})`
  const title = subject === null ? null : nameOfTitle(subject)
  const name = title ?? (leans(question) ? nameMeant(question, history) : null)
  if (name === null || hasName(question, name)) return question
  return withName(question, name)
}

/** Whether a question leans on the question before, not on what that named: "by whom?", "When did that happen?". */
function needsQuestionBefore(question: string): boolean {
  return isFragment(question) || asksAbout(question) || POINTS_AT_EVENT.test(question)
}

/** "What about the Kurds?", "And Israel?": what the question before asked, of something else, or a new subject. */
export function asksAbout(question: string): boolean {
  return ASKS_ABOUT.test(question) || (GOES_ON.test(question) && !hasVerb(question))
}

/** The nearest name, or else thing, that a question's pronoun fits; null where there is none. */
function nameMeant(question: string, history: readonly Said[]): string | null {
  const own = new Set(namesIn(question))
  for (const { interpretedAs, quotes } of history.toReversed()) {
    const known = quotes.map(({ passage }) => passage).join(' ')
    const asked = meantIn(interpretedAs, known, question)
    const [quote] = quotes
    const told = quote ? namesIn(quote.text, known).filter((name) => !asked.includes(name)) : []
    const meant = [...asked, ...told].find((name) => !own.has(name) && fits(question, name))
    if (meant) return meant
  }
  return null
}

/** What an earlier question speaks of that another may mean, in order: names, and unless that says "he", things. */
function meantIn(earlier: string, known: string, question: string): string[] {
  const things = THINGS.flatMap((pattern) =>
    [...earlier.matchAll(pattern)].map(([, phrase = '']) => phrase),
  ).filter((phrase) => !BEGINS_AS_VERB.test(phrase))
  // "Shiite" of "the Shiite militias" is nobody's name.
  const names = namesIn(earlier, known).filter(
    (name) => !things.some((thing) => thing !== name && thing.includes(name)),
  )
  if (PERSON.test(question)) return names
  const fitting = things.filter((thing) => THEY.test(question) === IS_PLURAL.test(thing))
  return [...names, ...fitting.filter((thing) => !names.includes(thing))]
    .toSorted((a, b) => earlier.indexOf(a) - earlier.indexOf(b))
    .map((meant) => (names.includes(meant) ? meant : `the ${meant}`))
}

function fits(question: string, name: string): boolean {
  if (ROLE.test(name)) return false
  const isPlace = isPlaceName(name)
  if (PERSON.test(question)) return !isPlace && !THING.test(name) && !/\bof\b/u.test(name)
  return !THERE.test(question) || isPlace || THING.test(name)
}

function withName(question: string, name: string): string {
  const match = PRONOUN.exec(question)
  if (!match) return `${question} (${name})`
  const [pronoun] = match
  const after = question.slice(match.index + pronoun.length)
  const isOwner = POSSESSIVE.test(pronoun) || (/^her$/iu.test(pronoun) && /^\s+\p{Ll}/u.test(after))
  return `${question.slice(0, match.index)}${isOwner ? `${name}’s` : name}${after}`
}

/** A reading as what the next one leans on: of a fragment's, the question that was in brackets. */
function withoutBrackets(reading: string): string {
  const [, question = reading, inBrackets = ''] = /^(.*?)\s*\((.*)\)$/su.exec(reading) ?? []
  return /\?\s*$/u.test(inBrackets) ? inBrackets : question
}

function hasName(question: string, name: string): boolean {
  return question.toLowerCase().includes(name.toLowerCase())
}

let knownPlaces: ReadonlySet<string> | undefined

/** Countries, and the cities that time zones are named after, from the runtime's own tables: made when first asked for. */
function isPlaceName(name: string): boolean {
  knownPlaces ??= places()
  return knownPlaces.has(name.toLowerCase())
}

function places(): ReadonlySet<string> {
  const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
  const countries = letters.flatMap((a) => letters.flatMap((b) => regions.of(a + b) ?? []))
  const cities = Intl.supportedValuesOf('timeZone').map((zone) =>
    (zone.split('/').at(-1) ?? '').replaceAll('_', ' '),
  )
  return new Set([...countries, ...cities].map((name) => name.toLowerCase()))
}
