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
    const outcomes = (await askQuestions(fittingRounds(set), asking)).flat()
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
  return { first: fitFirstQuote(outcomes), further: fitFurtherQuotes(outcomes) }
}

/** How likely the first quote is right, by its evidence. */
function fitFirstQuote(outcomes: readonly Outcome[]): Calibration['first'] {
  const [intercept = 0, ...weights] = fitLogistic(
    outcomes.flatMap(({ evidence, quotes }) => {
      const features = FEATURES.map((feature) => evidence?.[feature] ?? 0)
      return evidence ? { features, isTrue: quotes[0]?.right ?? false } : []
    }),
  )
  const [logit = 0, cosine = 0, overlap = 0, missingNames = 0, lacksAnswerType = 0] = weights
  return { logit, cosine, overlap, missingNames, lacksAnswerType, intercept }
}

/** How likely a further quote is right, by how far its score is below the score of the first. */
function fitFurtherQuotes(outcomes: readonly Outcome[]): Calibration['further'] {
  const [intercept = 0, gap = 0] = fitLogistic(
    outcomes
      .filter(({ answerable }) => answerable)
      .flatMap(({ quotes: [first, ...further] }) =>
        further.map(({ score, right }) => ({
          features: [(first?.score ?? 0) - score],
          isTrue: right,
        })),
      ),
  )
  return { gap, intercept }
}
