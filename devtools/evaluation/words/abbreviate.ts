import { english } from '../../../index/language/en.ts'
import { wordsOf } from '../../../index/language/stems.ts'
import type { Gold, QuestionSet } from '../dataset.ts'
import { PARAGRAPH_SEPARATOR } from '../dataset.ts'

/** Abbreviations that no text has, by the names that they stand for. */
export type Abbreviations = ReadonlyMap<string, string>

/** A set of questions about names, asked and answered in each way. */
export interface AbbreviatedSets {
  /** The questions that have a name, as they were written. */
  readonly written: QuestionSet
  /** The same with abbreviations in the questions. */
  readonly questions: QuestionSet
  /** The same with abbreviations in the documents. */
  readonly documents: QuestionSet
  readonly abbreviations: Abbreviations
}

/** Words with capitals, and the small words between them: "Kennedy Space Center", "University of Paris". */
const NAME = /\p{Lu}[\p{L}\p{N}]+(?: (?:(?:of|for|and|the) )*\p{Lu}[\p{L}\p{N}]+)+/gu

/** What is added to initials that a text has already, until it has them no more. */
const ADDED = ['', 'X', 'Q', 'Z', 'XQ', 'QX', 'ZX', 'XZ', 'QZ', 'ZQ']

/** Abbreviates the names that a question and its article share. */
export function abbreviateSet(set: QuestionSet): AbbreviatedSets {
  const texts = set.articles.map(({ title, paragraphs }) => [title, ...paragraphs].join('\n'))
  const names = new Set<string>()
  for (const { question, article } of set.questions) {
    for (const name of namesIn(question, texts[article] ?? '')) names.add(name)
  }
  const taken = new Set(
    [...texts, ...set.questions.map(({ question }) => question)].flatMap((text) =>
      wordsOf(text, english),
    ),
  )
  const abbreviations = new Map(
    Array.from(names, (name): [string, string] => [name, abbreviationOf(name, taken)]),
  )
  const replace = replacer(abbreviations)
  const named = set.questions.filter(
    ({ question, gold }) => replace(question).text !== question && gold !== null,
  )
  const articles = set.articles.map(({ title, paragraphs }) => ({
    title: replace(title).text,
    paragraphs: paragraphs.map((paragraph) => replace(paragraph).text),
  }))
  const moved = named.map((question) => {
    const paragraphs = set.articles[question.article]?.paragraphs ?? []
    return { question, gold: question.gold && movedGold(question.gold, paragraphs, replace) }
  })
  // A gold span that begins or ends inside of a name has no place in the abbreviated text.
  const kept = moved.flatMap(({ question, gold }) => (gold ? { question, gold } : []))
  const written = kept.map(({ question }) => question)
  return {
    written: { ...set, questions: written },
    questions: {
      ...set,
      questions: Array.from(written, (question) => {
        return { ...question, question: replace(question.question).text }
      }),
    },
    documents: {
      ...set,
      articles,
      questions: Array.from(kept, ({ question, gold }) => ({ ...question, gold })),
    },
    abbreviations,
  }
}

/** The names of a question that its article has: of each run of capitals, the longest part that the article has. */
function namesIn(question: string, article: string): string[] {
  return (question.match(NAME) ?? []).flatMap((run) => {
    const words = run.split(' ')
    for (let length = words.length; length > 1; length -= 1) {
      for (let at = 0; at + length <= words.length; at += 1) {
        const name = words.slice(at, at + length).join(' ')
        if (isName(name) && new RegExp(`\\b${name}\\b`, 'u').test(article)) return [name]
      }
    }
    return []
  })
}

/** Whether it begins and ends with a name, and not with a word such as "Which". */
function isName(text: string): boolean {
  const [first = '', ...others] = text.split(' ')
  const capital = /^\p{Lu}/u
  return (
    capital.test(first) &&
    capital.test(others.at(-1) ?? '') &&
    !english.stopWords.has(first.toLowerCase())
  )
}

/** The initials of a name, changed until nothing that is taken is the same; takes them. */
function abbreviationOf(name: string, taken: Set<string>): string {
  const initials = (name.match(/\b\p{Lu}/gu) ?? []).join('')
  const free = ADDED.map((added) => initials + added).find((each) => !taken.has(each.toLowerCase()))
  if (free === undefined) throw new Error(`no abbreviation for ${name} is free`)
  taken.add(free.toLowerCase())
  return free
}

interface Replaced {
  readonly text: string
  /** The place of an offset in the new text; null inside of a name. */
  readonly placeOf: (offset: number) => number | null
}

function replacer(abbreviations: Abbreviations): (text: string) => Replaced {
  const longestFirst = [...abbreviations.keys()].toSorted((a, b) => b.length - a.length)
  const pattern = new RegExp(`\\b(?:${longestFirst.join('|')})\\b`, 'gu')
  return (text) => {
    const found = [...text.matchAll(pattern)].map(({ 0: name, index }) => {
      const abbreviation = abbreviations.get(name) ?? name
      return { start: index, end: index + name.length, abbreviation }
    })
    return {
      text: text.replace(pattern, (name) => abbreviations.get(name) ?? name),
      placeOf: (offset) => {
        let shorter = 0
        for (const { start, end, abbreviation } of found) {
          if (offset <= start) break
          if (offset < end) return null
          shorter += end - start - abbreviation.length
        }
        return offset - shorter
      },
    }
  }
}

/** The gold span in an article whose paragraphs were abbreviated; null where it has no place there. */
function movedGold(
  gold: Gold,
  paragraphs: readonly string[],
  replace: (text: string) => Replaced,
): Gold | null {
  const { text, placeOf } = replace(paragraphs.join(PARAGRAPH_SEPARATOR))
  const [start, end] = [placeOf(gold.start), placeOf(gold.end)]
  return start === null || end === null
    ? null
    : { ...gold, start, end, text: text.slice(start, end) }
}
