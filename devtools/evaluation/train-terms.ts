import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashFile } from '../../index/files.ts'
import { english } from '../../index/language/en.ts'
import type { Stem } from '../../index/language/language.ts'
import { stemsOf } from '../../index/language/stems.ts'
import { partsOf, type SaidTurn, utterancesBefore } from '../../server/conversation/history.ts'
import { MIN_PROBABILITY } from '../../server/conversation/readings.ts'
import {
  type Rarity,
  termCandidates,
  withProducts,
} from '../../server/conversation/term-features.ts'
import { probabilityOf, rarityOf, type TermWeights } from '../../server/conversation/terms.ts'
import { tokensOf } from '../../server/conversation/tokens.ts'
import { type Dialog, readDialogs } from './dataset.ts'
import { fitLogistic } from './logistic.ts'

const WEIGHTS_FILE = fileURLToPath(
  new URL('../../server/conversation/term-weights.json', import.meta.url),
)

/** The conversations are divided into this many folds. Each is scored by weights that were fitted on the others. */
const FOLDS = 5

/** How often weights are fitted again on what the weights before added. */
const ROUNDS = 2

/** The probabilities from which a term counts as found, for the figures. */
const THRESHOLDS = [0.1, 0.15, 0.2, 0.3, 0.4]

/** A word of a conversation. */
interface TermExample {
  readonly features: Readonly<Record<string, number>>
  /** Whether a person added it to the question. */
  readonly isTrue: boolean
  /** Whether the question was made to stand alone. */
  readonly standsAlone: boolean
}

/** How well the words that people added are found among those of the conversation, in per cent. */
export interface TermFigures {
  readonly precision: number
  readonly recall: number
  readonly F1: number
  /** Words that were found for a question that stands alone, for each 100 words of its conversation. */
  readonly 'added to questions that stand alone': number
}

/**
 * Learns which words of a conversation a follow-up question means, from questions that people rewrote to stand alone.
 * Writes `server/conversation/term-weights.json`. Gives the figures on conversations that were not fitted on, by threshold.
 * Throws `dataset-invalid`.
 */
export async function trainTerms(file: string): Promise<Record<string, TermFigures>> {
  const dialogs = await readDialogs(file)
  const rarity = rarityIn(dialogs)
  const weights = fitTerms(dialogs, rarity)
  const provenance = {
    command: 'npm run train-terms',
    dataset: path.basename(file),
    sha256: await hashFile(file),
    conversations: dialogs.length,
  }
  await writeFile(WEIGHTS_FILE, `${JSON.stringify({ ...weights, provenance }, null, 2)}\n`)
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const isIn = (i: number) => i % FOLDS === fold
    const fitted = fitTerms(
      dialogs.filter((__, i) => !isIn(i)),
      rarity,
    )
    return examplesOf(
      dialogs.filter((__, i) => isIn(i)),
      rarity,
      fitted,
    ).map(({ features, isTrue, standsAlone }) => ({
      probability: probabilityOf(features, fitted),
      isTrue,
      standsAlone,
    }))
  })
  return figuresOf(folds.flat(), addedWords(dialogs))
}

/**
 * Fits weights first on conversations in which people's own additions stand with the earlier questions, then on those with
 * the additions of the weights before: when they are used, only these are known.
 */
function fitTerms(dialogs: readonly Dialog[], rarity: Rarity): TermWeights {
  let weights: TermWeights | null = null
  for (let round = 0; round <= ROUNDS; round += 1) {
    const examples = examplesOf(dialogs, rarity, weights)
    const names = Object.keys(examples[0]?.features ?? {})
    const [intercept = 0, ...coefficients] = fitLogistic(
      examples.map(({ features, isTrue }) => {
        return { features: names.map((name) => features[name] ?? 0), isTrue }
      }),
    )
    const named = names.map((name, i) => [name, coefficients[i] ?? 0] as const)
    weights = { intercept, coefficients: Object.fromEntries(named) }
  }
  if (!weights) throw new Error('no round was fitted')
  return weights
}

/**
 * The words of each turn's conversation with their features, and whether a person added them. With weights, earlier
 * questions have the additions that these make, else those that people made. After each turn a question that stands alone
 * might have been asked as well, which adds nothing: in turn the rewrite of this turn and one of another conversation.
 */
function examplesOf(
  dialogs: readonly Dialog[],
  rarity: Rarity,
  weights: TermWeights | null,
): TermExample[] {
  return dialogs.flatMap(({ title, section, turns }, place) => {
    const said: SaidTurn[] = []
    const others = dialogs[(place + 1) % dialogs.length]?.turns ?? []
    return turns.flatMap(({ question, rewrite, answer }, i) => {
      const candidates = wordsFor(question, rewrite, said, rarity)
      const added = candidates.filter(({ features, isTrue }) =>
        weights ? probabilityOf(features, weights) >= MIN_PROBABILITY : isTrue,
      )
      const alone = i % 2 === 0 ? rewrite : (others[i % others.length]?.rewrite ?? rewrite)
      const ofAlone = wordsFor(alone, alone, said, rarity)
      said.push({
        question,
        added: i === 0 ? [] : added.map(({ stem }) => stem),
        quotes: answer === null ? [] : [{ text: answer, title, heading: section }],
      })
      return [...candidates, ...ofAlone]
    })
  })
}

/** The words of a conversation with their features, and whether the rewrite of a question adds them. */
function wordsFor(question: string, rewrite: string, said: readonly SaidTurn[], rarity: Rarity) {
  const typed = partsOf(question, english)
  const meant = new Set(addedTo(typed.asked, rewrite).flatMap(({ stems }) => stems))
  const history = utterancesBefore(typed, said, english)
  return termCandidates(typed.asked, history, rarity, english).map(({ stem, features }) => ({
    stem,
    features: withProducts(features),
    isTrue: meant.has(stem),
    standsAlone: question === rewrite,
  }))
}

function addedWords(dialogs: readonly Dialog[]): number {
  const counts = dialogs.flatMap(({ turns }) =>
    turns
      .slice(1)
      .map(
        ({ question, rewrite }) =>
          new Set(addedTo(question, rewrite).flatMap(({ stems }) => stems)).size,
      ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The words of a rewrite that the question does not have. */
function addedTo(question: string, rewrite: string) {
  const asked = new Set(tokensOf(question, english).flatMap(({ stems }) => stems))
  return tokensOf(rewrite, english).filter(({ stems }) => !stems.every((stem) => asked.has(stem)))
}

/** How rare words are in these conversations, which stand for the documents. */
function rarityIn(dialogs: readonly Dialog[]): Rarity {
  const holders = new Map<Stem, number>()
  for (const { title, section, turns } of dialogs) {
    const said = turns.flatMap(({ question, answer }) => [question, answer])
    const text = [title, section, ...said].join(' ')
    for (const stem of new Set(stemsOf(text, english))) {
      holders.set(stem, (holders.get(stem) ?? 0) + 1)
    }
  }
  return (stem) => rarityOf(holders.get(stem) ?? 0, dialogs.length)
}

function figuresOf(
  scored: readonly (Pick<TermExample, 'isTrue' | 'standsAlone'> & { probability: number })[],
  wanted: number,
): Record<string, TermFigures> {
  return Object.fromEntries(
    THRESHOLDS.map((threshold) => {
      const reaching = scored.filter(({ probability }) => probability >= threshold)
      const found = reaching.filter(({ standsAlone }) => !standsAlone)
      const alone = scored.filter(({ standsAlone }) => standsAlone)
      const right = found.filter(({ isTrue }) => isTrue).length
      const precision = (100 * right) / found.length
      const recall = (100 * right) / wanted
      return [
        threshold.toFixed(2),
        {
          precision,
          recall,
          F1: (2 * precision * recall) / (precision + recall),
          'added to questions that stand alone':
            (100 * (reaching.length - found.length)) / alone.length,
        },
      ]
    }),
  )
}
