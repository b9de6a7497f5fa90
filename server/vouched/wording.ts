import { distance } from 'fastest-levenshtein'
import type { Language, Stem } from '../../index/language/language.ts'
import { nameStems, topicStems, wordsOf } from '../../index/language/stems.ts'

/** What the words of two questions say about whether they ask for the same, each from 0 on. */
export interface Wording {
  /** Words of the asked question that are opposite to words of the vouched one. */
  readonly opposites: number
  /** 1 where one question negates something and the other does not. */
  readonly negation: number
  /** Numbers that only one of the questions has. */
  readonly numbers: number
  /** Names that only the asked question has, which neither the title nor the quotes have. */
  readonly foreignNames: number
  /** 1 where both say what kind of answer they ask for, and no kind is common. */
  readonly kindsDiffer: number
  /** 1 where both say it, and a kind is common. */
  readonly kindsAgree: number
  /** 1 where only one of them can be answered by yes or no. */
  readonly oneAsksWhether: number
  /** Topic words of the asked question that the vouched one lacks. */
  readonly added: number
  /** Those of them that neither the title nor the quotes have. */
  readonly foreign: number
  /** Topic words of the vouched question that the asked one lacks. */
  readonly dropped: number
  /** Those of them that the title lacks: what stands there may be left out. */
  readonly droppedBesideTitle: number
  /** The share of topic words that both have. */
  readonly common: number
  /** The share of all words that both have. */
  readonly commonWords: number
  /** Pairs of common topic words whose order differs. */
  readonly inversions: number
  /** 1 where the asked question is a few words rather than a sentence. */
  readonly keywords: number
}

/** Compares the words of two questions. `sources` are the title and the quotes that answer the vouched one. */
export function compareWording(
  asked: string,
  vouched: string,
  sources: { readonly title: string; readonly quotes: string },
  language: Language,
): Wording {
  const [a, v] = [topicStems(asked, language), topicStems(vouched, language)]
  const [wordsA, wordsV] = [wordsOf(asked, language), wordsOf(vouched, language)]
  const [setA, setV] = [new Set(a), new Set(v)]
  const title = new Set(topicStems(sources.title, language))
  const quotes = new Set(topicStems(sources.quotes, language))
  const added = a.filter((stem) => !setV.has(stem) && !hasMisspelt(stem, v))
  const dropped = v.filter((stem) => !setA.has(stem) && !hasMisspelt(stem, a))
  const common = a.filter((stem) => setV.has(stem))
  const isForeign = (stem: Stem) => !title.has(stem) && !quotes.has(stem)
  const [kindsA, kindsV] = [language.answerKinds(asked), language.answerKinds(vouched)]
  const bothSay = kindsA.size > 0 && kindsV.size > 0
  const agree = [...kindsA].some((kind) => kindsV.has(kind))
  const onlyA = wordsA.filter((word) => !wordsV.includes(word) && !hasMisspelt(word, wordsV))
  const onlyV = wordsV.filter((word) => !wordsA.includes(word) && !hasMisspelt(word, wordsA))
  const all = new Set([...wordsA, ...wordsV]).size
  return {
    opposites: onlyA.filter((word) => onlyV.some((other) => language.areOpposite(word, other)))
      .length,
    negation: Number(negations(asked, language) !== negations(vouched, language)),
    numbers: [...onlyA, ...onlyV].filter((word) => /\p{N}/u.test(word)).length,
    foreignNames: nameStems(asked, language).filter((s) => !setV.has(s) && isForeign(s)).length,
    kindsDiffer: Number(bothSay && !agree),
    kindsAgree: Number(bothSay && agree),
    oneAsksWhether: Number(language.asksWhether(asked) !== language.asksWhether(vouched)),
    added: added.length,
    foreign: added.filter(isForeign).length,
    dropped: dropped.length,
    droppedBesideTitle: dropped.filter((stem) => !title.has(stem)).length,
    common: common.length / Math.max(1, new Set([...a, ...v]).size),
    commonWords: (all - new Set([...onlyA, ...onlyV]).size) / Math.max(1, all),
    inversions: inversionsOf(common.map((stem) => v.indexOf(stem))),
    keywords: Number(kindsA.size === 0 && !asked.includes('?')),
  }
}

/** A shorter word resembles too many others. */
const MIN_MISSPELT_LETTERS = 6

/** Whether one of the words may be another spelling of a word: one letter differs, or two have changed places. */
function hasMisspelt(word: string, words: readonly string[]): boolean {
  if (word.length < MIN_MISSPELT_LETTERS) return false
  return words.some((other) => {
    if (Math.abs(other.length - word.length) > 1 || /\p{N}/u.test(other)) return false
    const differences = distance(word, other)
    return differences <= 1 || (differences === 2 && lettersOf(word) === lettersOf(other))
  })
}

function lettersOf(word: string): string {
  return word.split('').toSorted().join('')
}

function negations(question: string, language: Language): boolean {
  return question.split(/\s+/).some((word) => language.negates(word.replace(/\W+$/u, '')))
}

function inversionsOf(places: readonly number[]): number {
  return places.flatMap((place, i) => places.slice(i + 1).filter((later) => later < place)).length
}
