import type { Language, Stem } from '../language/language.ts'
import { contentStems, stemSets, wordsOf } from '../language/stems.ts'
import type { Span } from '../span.ts'

/** Forms that mean the same, as people write them: "PMF" and "Popular Mobilization Forces". */
export type EqualForms = readonly string[]

/** A form in a language. */
interface Form {
  readonly text: string
  /** Of all its words, in order. */
  readonly stems: readonly Stem[]
  /** The stems that a text must have to have it. */
  readonly content: readonly Stem[]
  /** Finds it as it is written; null where its case tells nothing, so that its stems are looked for. */
  readonly written: RegExp | null
  /** Whether it is only written like words of other meaning: "WHO", "IT". */
  readonly isStopWord: boolean
}

/** A form that stands in a question. */
interface FoundForm extends Span {
  readonly asked: Form
  /** The forms that equal it, the one with most words first. */
  readonly others: readonly Form[]
}

/** A form of a question, and the forms that were searched for as well. */
export interface ExplainedForm {
  /** As the question has it. */
  readonly asked: string
  readonly others: readonly string[]
}

/** A question in each wording that its equal forms give. Where it has none, each is the question as it was asked. */
export interface Wording {
  readonly forms: readonly ExplainedForm[]
  /** The question with the other forms in brackets: "Why do the PMF (Popular Mobilization Forces) resist?". */
  readonly spelledOut: string
  /** The question with the longest form in place of each: "Why do the Popular Mobilization Forces resist?". */
  readonly fullest: string
  /** For each stem of {@link fullest} that is of a form: whether a text has another form of it. */
  readonly otherForms: ReadonlyMap<Stem, (text: string) => boolean>
  /** The question in the words of a text: where this has another form than the question, with that form. */
  readonly inWordsOf: (text: string) => string
}

/** A written word: with the apostrophes inside it, as folding takes them out. */
const WRITTEN_WORD = /[\p{L}\p{N}\p{M}]+(?:['’ʼʻʿʾ`][\p{L}\p{N}\p{M}]+)*/gu

/** What may follow an abbreviation without being of it: "NGOs", "the PMF's". */
const ENDING = /['’]?s$/u

/** Finds the equal forms in a question, the longest first, and makes its wordings. */
export function wordingOf(
  question: string,
  language: Language,
  words: readonly EqualForms[],
): Wording {
  const found = words.length === 0 ? [] : findForms(question, lookupOf(words, language), language)
  const hasForm = formFinder(language)
  return {
    forms: found.map(({ start, end, others }) => {
      return { asked: question.slice(start, end), others: others.map(({ text }) => text) }
    }),
    spelledOut: rewrite(question, found, (typed, { others }) => {
      return `${typed} (${others.map(({ text }) => text).join(', ')})`
    }),
    fullest: rewrite(question, found, (typed, { asked, others: [longest] }) =>
      longest && byLength(longest, asked) < 0 ? longest.text : typed,
    ),
    otherForms: otherFormsOf(found, hasForm),
    inWordsOf: (text) =>
      rewrite(question, found, (typed, { asked, others }) =>
        hasForm(text, asked) ? typed : (others.find((form) => hasForm(text, form))?.text ?? typed),
      ),
  }
}

/** A form with all forms that equal it. */
type Equals = Omit<FoundForm, keyof Span>

/** Forms by the stem of their first word, those with most words first. */
type Lookup = ReadonlyMap<Stem, readonly Equals[]>

/** How many forms are searched for in place of one, the oldest first: no list of words makes a question too long to be answered. */
const MAX_OTHERS = 20

/** Words change rarely, and are looked up for each question. */
const lookups = new WeakMap<readonly EqualForms[], Map<Language, Lookup>>()

function lookupOf(words: readonly EqualForms[], language: Language): Lookup {
  const known = lookups.get(words) ?? new Map<Language, Lookup>()
  lookups.set(words, known)
  const lookup = known.get(language) ?? makeLookup(words, language)
  known.set(language, lookup)
  return lookup
}

function makeLookup(words: readonly EqualForms[], language: Language): Lookup {
  const equals = new Map<string, { asked: Form; others: Form[] }>()
  for (const texts of words) {
    const forms = texts.map((text) => formOf(text, language))
    for (const form of forms) {
      if (!isSearchable(form)) continue
      const key = JSON.stringify([form.stems, form.written?.source])
      const entry = equals.get(key) ?? { asked: form, others: [] }
      equals.set(key, entry)
      entry.others.push(...forms.filter((other) => other !== form))
    }
  }
  const sorted = Array.from(equals.values(), ({ asked, others }) => {
    return { asked, others: others.slice(0, MAX_OTHERS).toSorted(byLength) }
  }).toSorted((a, b) => byLength(a.asked, b.asked))
  return groupByFirst(sorted)
}

function groupByFirst(all: readonly Equals[]): Lookup {
  const groups = new Map<Stem, Equals[]>()
  for (const equal of all) {
    const [first] = equal.asked.stems
    if (first === undefined) continue
    const group = groups.get(first) ?? []
    groups.set(first, group)
    group.push(equal)
  }
  return groups
}

/** Whether a text can be found as a form: it has a word that is no stop word, or it is an abbreviation in capitals. */
export function countsAsForm(text: string, language: Language): boolean {
  return isSearchable(formOf(text, language))
}

function isSearchable({ stems, written, isStopWord }: Form): boolean {
  return stems.length > 0 && (written !== null || !isStopWord)
}

function formOf(text: string, language: Language): Form {
  const words = wordsOf(text, language)
  const isCapital = /\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text)
  const written = text.match(WRITTEN_WORD)?.join(String.raw`[^\p{L}\p{N}]?`)
  return {
    text,
    stems: words.map(language.stem),
    content: contentStems(text, language),
    written:
      isCapital && written !== undefined
        ? new RegExp(String.raw`(?<![\p{L}\p{N}])${written}(?:['’]?s)?(?![\p{L}\p{N}])`, 'u')
        : null,
    isStopWord: words.every((word) => language.stopWords.has(word)),
  }
}

function byLength(a: Pick<Form, 'stems' | 'text'>, b: Pick<Form, 'stems' | 'text'>): number {
  return b.stems.length - a.stems.length || b.text.length - a.text.length
}

interface WrittenStem extends Span {
  readonly stem: Stem
}

function findForms(question: string, lookup: Lookup, language: Language): FoundForm[] {
  const written = [...question.matchAll(WRITTEN_WORD)].flatMap(({ 0: word, index }) =>
    wordsOf(word, language).map((folded): WrittenStem => {
      return { stem: language.stem(folded), start: index, end: index + word.length }
    }),
  )
  const found: FoundForm[] = []
  for (let i = 0; i < written.length; i += 1) {
    const first = written[i]
    const equal =
      first && lookup.get(first.stem)?.find((each) => stands(each, i, written, question))
    const last = equal && written[i + equal.asked.stems.length - 1]
    if (!last) continue
    found.push({ ...equal, start: first.start, end: last.end })
    i += equal.asked.stems.length - 1
  }
  // A question that has both forms says itself what they are.
  const asked = new Set(found.map((form) => form.asked.stems.join(' ')))
  const withOthers = Array.from(found, (form) => {
    return { ...form, others: form.others.filter(({ stems }) => !asked.has(stems.join(' '))) }
  })
  return withOthers.filter(({ others }) => others.length > 0)
}

/** Whether a form stands in a question from its i-th word on. */
function stands(
  { asked: { stems, written: asWritten, isStopWord } }: Equals,
  i: number,
  written: readonly WrittenStem[],
  question: string,
): boolean {
  if (!stems.every((stem, at) => written[i + at]?.stem === stem)) return false
  if (asWritten === null) return true
  const typed = question.slice(written[i]?.start, written[i + stems.length - 1]?.end)
  const isCapital = !/\p{Ll}/u.test(typed.replace(ENDING, ''))
  if (isStopWord) return isCapital && /\p{Ll}/u.test(question)
  return isCapital || !hasCapitalInside(question)
}

/** Whether a word after the first has a capital. In a question without, the case of a word tells nothing. */
function hasCapitalInside(question: string): boolean {
  const [, ...others] = question.match(WRITTEN_WORD) ?? []
  return others.some((word) => /^\p{Lu}/u.test(word))
}

type HasForm = (text: string, form: Form) => boolean

function formFinder(language: Language): HasForm {
  const stemsIn = stemSets(language)
  return (text, { content, written }) => {
    if (written) return written.test(text)
    const stems = stemsIn(text)
    return content.every((stem) => stems.has(stem))
  }
}

function otherFormsOf(found: readonly FoundForm[], hasForm: HasForm): Wording['otherForms'] {
  const otherForms = new Map<Stem, (text: string) => boolean>()
  for (const { asked, others } of found) {
    const [fullest, ...rest] = [asked, ...others].toSorted(byLength)
    for (const stem of fullest?.stems ?? []) {
      const before = otherForms.get(stem)
      otherForms.set(
        stem,
        (text) => rest.some((form) => hasForm(text, form)) || (before?.(text) ?? false),
      )
    }
  }
  return otherForms
}

/** A question with another text in place of each form. */
function rewrite(
  question: string,
  found: readonly FoundForm[],
  rewriteForm: (typed: string, form: FoundForm) => string,
): string {
  let text = ''
  let end = 0
  for (const form of found) {
    text +=
      question.slice(end, form.start) + rewriteForm(question.slice(form.start, form.end), form)
    ;({ end } = form)
  }
  return text + question.slice(end)
}
