import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashFile } from '../../../index/files.ts'
import { type Inference, startInference } from '../../../index/inference/inference.ts'
import { sigmoid } from '../../../index/sigmoid.ts'
import type { Config } from '../../../server/config.ts'
import { logOddsOf } from '../../../server/vouched/boosted-trees.ts'
import { percentOf } from '../../statistics.ts'
import { fitBoostedTrees } from './boosted-trees.ts'
import { type MeasuredPair, measurePairs } from './pair-features.ts'
import { type PairKind, readTrainingPairs } from './pairs.ts'

const TREES_FILE = fileURLToPath(
  new URL('../../../server/vouched/same-question-trees.json', import.meta.url),
)

/** The pairs to learn from, beside this file. */
export const TRAINING_PAIRS = fileURLToPath(new URL('train.json', import.meta.url))

/** The texts are divided into this many folds. The pairs of each are scored by trees that were fitted on the others. */
const FOLDS = 6

/** The probabilities from which two questions count as the same, for the figures. */
const THRESHOLDS = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9]

/** The share of pairs of each kind that reach a threshold, in per cent. Those marked with "+" ask for the same. */
export type ThresholdFigures = Record<string, number>

/**
 * Learns when two questions ask for the same, and writes `server/vouched/same-question-trees.json`. Gives the figures on texts that
 * were not fitted on, by threshold. Throws `dataset-invalid`.
 */
export async function trainSameQuestions(
  file: string,
  config: Config,
): Promise<Record<string, ThresholdFigures>> {
  const pairs = await readTrainingPairs(file)
  const inference = await startInference(config.inference)
  const measured = await closing(inference, () => measurePairs(pairs, inference))
  const provenance = {
    command: 'npm run train-same-questions',
    pairs: measured.length,
    dataset: path.basename(file),
    sha256: await hashFile(file),
  }
  const fitted = fitBoostedTrees(examplesOf(measured))
  await writeFile(TREES_FILE, `${JSON.stringify({ provenance, ...fitted })}\n`)
  return crossFittedFigures(measured)
}

async function closing<T>(inference: Inference, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await inference.close()
  }
}

/** The figures of trees on texts that they were not fitted on, by threshold. */
export function crossFittedFigures(
  measured: readonly MeasuredPair[],
): Record<string, ThresholdFigures> {
  const scored = Array.from({ length: FOLDS }, (_, fold) => {
    const trees = fitBoostedTrees(examplesOf(measured.filter(({ text }) => text % FOLDS !== fold)))
    return measured
      .filter(({ text }) => text % FOLDS === fold)
      .map(({ kind, isSame, features }) => {
        return { kind, isSame, probability: sigmoid(logOddsOf(features, trees)) }
      })
  }).flat()
  return Object.fromEntries(
    THRESHOLDS.map((threshold) => [threshold.toFixed(2), figuresAt(scored, threshold)]),
  )
}

interface ScoredPair {
  readonly kind: PairKind
  readonly isSame: boolean
  readonly probability: number
}

function figuresAt(scored: readonly ScoredPair[], threshold: number): ThresholdFigures {
  const groupOf = ({ kind, isSame }: ScoredPair) => `${isSame ? '+' : '-'} ${kind}`
  return Object.fromEntries(
    Array.from(new Set(scored.map(groupOf)), (group) => {
      const all = scored.filter((pair) => groupOf(pair) === group)
      const reaching = percentOf(all, ({ probability }) => probability >= threshold)
      return [group, Number(reaching.toFixed(1))]
    }),
  )
}

function examplesOf(measured: readonly MeasuredPair[]) {
  return measured.map(({ features, isSame }) => ({ features, isTrue: isSame }))
}
