import { fileURLToPath } from 'node:url'
import { startInference } from '../../../index/inference/inference.ts'
import type { Config } from '../../../server/config.ts'
import { MIN_PROBABILITY, sameQuestionProbability } from '../../../server/vouched/same-question.ts'
import { type Measure } from '../../measures.ts'
import { percent, shown } from '../../measurements/figures.ts'
import { percentOf } from '../../statistics.ts'
import { type MeasuredPair, measurePairs } from './pair-features.ts'
import { type QuestionPair, readPairs, readSentencePairs } from './pairs.ts'

/** The pairs to measure by, beside this file. Nothing was chosen by them. */
export const TEST_PAIRS = fileURLToPath(new URL('test.json', import.meta.url))

/** What share of paraphrases are to get the vouched answer, and what share of near but different questions at most; in per cent. */
const TARGETS = { same: 90, different: 3 }

/** Called with each pair that is judged wrongly. */
export type ReportPair = (pair: QuestionPair, probability: number) => void

/**
 * Measures how many questions get a vouched answer: of paraphrases, of near but different questions, and of questions about one
 * sentence of a data set (null: none). Throws `dataset-invalid`.
 */
export async function evaluateVouched(
  { pairs: file, sentences }: { readonly pairs: string; readonly sentences: string | null },
  config: Config,
  report: ReportPair,
): Promise<Measure[]> {
  const inference = await startInference(config.inference)
  try {
    const pairs = await measurePairs(await readPairs(file), inference)
    const ofSentences = sentences === null ? [] : await readSentencePairs(sentences)
    const others = await measurePairs(ofSentences, inference)
    for (const pair of [...pairs, ...others]) {
      if (isMatched(pair) !== pair.isSame) report(pair, sameQuestionProbability(pair.features))
    }
    const ofKind = (kind: QuestionPair['kind']) => pairs.filter((pair) => pair.kind === kind)
    return [
      measure('paraphrases that get the vouched answer', ofKind('same'), 'atLeast'),
      measure('questions in a few other words that get it', ofKind('close'), 'atLeast'),
      measure('near but different questions that get it', ofKind('different'), 'atMost'),
      ...(sentences === null
        ? []
        : [measure('other questions about the same sentence that get it', others, 'atMost')]),
    ].flat()
  } finally {
    await inference.close()
  }
}

function isMatched({ features }: MeasuredPair): boolean {
  return sameQuestionProbability(features) >= MIN_PROBABILITY
}

function measure(
  what: string,
  pairs: readonly MeasuredPair[],
  bound: 'atLeast' | 'atMost',
): Measure[] {
  if (pairs.length === 0) return []
  const share = percentOf(pairs, isMatched)
  return [
    {
      what,
      value: shown`${percent(share)} of ${pairs.length}`,
      target: bound === 'atLeast' ? `≥ ${TARGETS.same} %` : `≤ ${TARGETS.different} %`,
      met: bound === 'atLeast' ? share >= TARGETS.same : share <= TARGETS.different,
    },
  ]
}
