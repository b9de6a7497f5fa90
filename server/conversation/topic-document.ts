import type { FoundPassage } from '../../index/retrieval/passages.ts'

/** How much speaks for each document being what a conversation is about, by its id. */
export type Beliefs = ReadonlyMap<string, number>

/**
 * What a question says of the documents that may answer it: of each, the best passage's likeness and words,
 * and its title's. Chosen on CANARD's conversations.
 */
const WORTH = { cosine: 30, unlike: 0.55, passage: 12, title: 12 }

/** What a quote adds for its document, by its number. */
const QUOTED = 2

/** How much a question leaves of what was believed, and how much its own evidence weighs. */
const ALONE = { kept: 0.6, weight: 1 }
const LEANING = { kept: 1, weight: 1.5 }

/** How much the pronouns of all questions together count that a document agrees or disagrees with. */
const AGREES = 4

/** Documents that are remembered. */
const MOST = 20

const PRONOUNS = [
  /\b(?:he|him|his|himself)\b/giu,
  /\b(?:she|her|hers|herself)\b/giu,
  /\b(?:they|them|their|theirs|themselves)\b/giu,
]

/** What passages that may answer a question, or candidates in them, say of their documents. */
export function evidenceOf(
  found: readonly Pick<FoundPassage, 'passage' | 'distance' | 'passageOverlap' | 'titleOverlap'>[],
): Beliefs {
  const evidence = new Map<string, number>()
  for (const { passage, distance, passageOverlap, titleOverlap } of found) {
    const { id } = passage.document
    const likeness = distance === null ? 0 : 1 - distance - WORTH.unlike
    const worth =
      WORTH.cosine * likeness + WORTH.passage * passageOverlap + WORTH.title * titleOverlap
    evidence.set(id, Math.max(evidence.get(id) ?? 0, worth))
  }
  return evidence
}

/**
 * What is believed after a question, before its answer. `evidence` is of the question, or of one that leans, with
 * what it leans on.
 */
export function believe(before: Beliefs, isLeaning: boolean, evidence: Beliefs): Beliefs {
  const { kept, weight } = isLeaning ? LEANING : ALONE
  return sum([times(before, kept), times(evidence, weight)])
}

/** What is believed after an answer that quoted these documents, best first. */
export function believeQuoted(before: Beliefs, documentIds: readonly string[]): Beliefs {
  return sum([before, ...documentIds.map((id, i) => new Map([[id, QUOTED / (i + 1)]]))])
}

/** The documents that are most believed in, best first. */
export function mostBelieved(beliefs: Beliefs, most: number): string[] {
  return ranked(beliefs)
    .slice(0, most)
    .map(([id]) => id)
}

/**
 * How well a document's pronouns agree with those of the questions: "Where was she born?" is about
 * one that mostly says "she".
 */
export function agreement(questions: readonly string[], text: string): number {
  const [he = 0, she = 0, they = 0] = PRONOUNS.map((pronoun) => [...text.matchAll(pronoun)].length)
  return questions.reduce((total, question) => {
    const [asksHe, asksShe, asksThey] = PRONOUNS.map((pronoun) => question.search(pronoun) !== -1)
    if (asksHe) return total + (AGREES * (he - she)) / (he + she + 1)
    if (asksShe) return total + (AGREES * (she - he)) / (he + she + 1)
    return asksThey ? total + (AGREES * (they - Math.max(he, she))) / (he + she + they + 1) : total
  }, 0)
}

function times(beliefs: Beliefs, factor: number): Beliefs {
  return new Map(Array.from(beliefs, ([id, belief]) => [id, belief * factor]))
}

function sum(all: readonly Beliefs[]): Beliefs {
  const total = new Map<string, number>()
  for (const [id, belief] of all.flatMap((beliefs) => [...beliefs])) {
    total.set(id, (total.get(id) ?? 0) + belief)
  }
  return new Map(ranked(total).slice(0, MOST))
}

function ranked(beliefs: Beliefs): [string, number][] {
  return [...beliefs].toSorted(([, a], [, b]) => b - a)
}
