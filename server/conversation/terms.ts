import type { Language, Stem } from '../../index/language/language.ts'
import { sigmoid } from '../../index/sigmoid.ts'
import type { Utterance } from './history.ts'
import { type Rarity, termCandidates, withProducts } from './term-features.ts'
import weights from './term-weights.json' with { type: 'json' }

/** A logistic regression on the features of a word and their products. */
export interface TermWeights {
  readonly intercept: number
  /** By the names that {@link withProducts} gives. */
  readonly coefficients: Readonly<Record<string, number>>
}

/** A word of the conversation that a question may leave out. */
export interface Term {
  readonly stem: Stem
  /** The probability that the question means it. */
  readonly probability: number
}

/**
 * How rare a word is that stands in `frequency` of some texts: its inverse document frequency, divided by that of a word
 * that stands in none.
 */
export function rarityOf(frequency: number, texts: number): number {
  return Math.log((texts + 1) / (frequency + 0.5)) / Math.log((texts + 1) / 0.5)
}

/** The words of the conversation that the question does not have, each with the probability that it means it. */
export function resolveTerms(
  question: string,
  history: readonly Utterance[],
  rarity: Rarity,
  language: Language,
): Term[] {
  return termCandidates(question, history, rarity, language).map(({ stem, features }) => {
    return { stem, probability: probabilityOf(withProducts(features), weights) }
  })
}

/** The probability that a word with these features and products is meant. */
export function probabilityOf(
  features: Readonly<Record<string, number>>,
  { intercept, coefficients }: TermWeights,
): number {
  const logOdds = Object.entries(coefficients).reduce(
    (sum, [name, coefficient]) => sum + coefficient * (features[name] ?? 0),
    intercept,
  )
  return sigmoid(logOdds)
}
