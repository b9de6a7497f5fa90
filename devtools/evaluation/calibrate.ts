import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashFile } from '../../index/files.ts'
import { startInference } from '../../index/inference/inference.ts'
import { type Calibration, FEATURES } from '../../server/answer/confidence.ts'
import type { Config } from '../../server/config.ts'
import { type Asking, askQuestions } from './ask-rounds.ts'
import { readQuestionSet } from './dataset.ts'
import { fitLogistic } from './logistic.ts'
import type { Outcome } from './outcome.ts'
import { fittingRounds } from './rounds.ts'

const CALIBRATION_FILE = fileURLToPath(
  new URL('../../server/answer/calibration.json', import.meta.url),
)

/**
 * The articles are divided into this many folds. Each fold gets a calibration that was fitted on
 * the other folds.
 */
const FOLDS = 6

/** Makes every quote certain, so that the present calibration leaves none out. */
const CERTAIN = calibrationOf([100], [100])

/**
 * Fits confidence on the questions of a SQuAD file: one calibration on all of them, and one for
 * each fold. Writes `server/answer/calibration.json`. Throws `dataset-invalid`.
 */
export async function calibrate(
  file: string,
  config: Config,
  onProgress?: Asking['onProgress'],
): Promise<void> {
  const set = await readQuestionSet(file)
  const inference = await startInference(config.inference)
  try {
    const asking = { config, inference, ...(onProgress && { onProgress }) }
    const outcomes = (await askQuestions(fittingRounds(set), asking, () => CERTAIN)).flat()
    const articles = [...set.articles.keys()]
    const calibrations = {
      calibration: fitCalibration(outcomes),
      folds: Array.from({ length: FOLDS }, (_, fold) => ({
        articles: articles.filter((article) => article % FOLDS === fold),
        calibration: fitCalibration(outcomes.filter(({ article }) => article % FOLDS !== fold)),
      })),
      provenance: {
        command: 'npm run calibrate',
        dataset: path.basename(file),
        sha256: await hashFile(file),
        questions: outcomes.length,
        articlesAre: 'by their place in the data set, from 0',
        folds:
          'each calibration is for questions about these articles, and was fitted on the others',
      },
    }
    await writeFile(CALIBRATION_FILE, `${JSON.stringify(calibrations, null, 2)}\n`)
  } finally {
    await inference.close()
  }
}

function fitCalibration(outcomes: readonly Outcome[]): Calibration {
  return calibrationOf(fitFirstQuote(outcomes), fitFurtherQuotes(outcomes))
}

/** The coefficients for whether the first quote is right: the intercept, then one for each feature. */
function fitFirstQuote(outcomes: readonly Outcome[]): number[] {
  return fitLogistic(
    outcomes.flatMap(({ features, quotes: [first] }) => {
      const values = FEATURES.map((feature) => features?.[feature] ?? 0)
      return features ? { features: values, isTrue: first?.right ?? false } : []
    }),
  )
}

/** The coefficients for whether a further quote is right: the intercept, then that of the gap to the first. */
function fitFurtherQuotes(outcomes: readonly Outcome[]): number[] {
  return fitLogistic(
    outcomes
      .filter(({ answerable }) => answerable)
      .flatMap(({ quotes: [first, ...further] }) =>
        further.flatMap(({ score, right }) =>
          score === null ? [] : { features: [(first?.score ?? 0) - score], isTrue: right },
        ),
      ),
  )
}

/** The calibration with these coefficients; those that are left out are 0. */
function calibrationOf(
  [intercept = 0, ...first]: readonly number[],
  [furtherIntercept = 0, gap = 0]: readonly number[],
): Calibration {
  const [margin = 0, logit = 0, overlap = 0, missingNames = 0, lacksAnswerType = 0] = first
  return {
    first: { margin, logit, overlap, missingNames, lacksAnswerType, intercept },
    further: { gap, intercept: furtherIntercept },
  }
}
