import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { FootnoteError } from '../index/errors.ts'
import { hashFile } from '../index/files.ts'
import { startInference } from '../index/inference/inference.ts'
import { type Calibration, FEATURES } from '../server/answer/confidence.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'
import { askAll, askOne, type Outcome } from '../devtools/evaluation/ask-all.ts'
import { readDataset } from '../devtools/evaluation/dataset.ts'
import { fitLogistic } from '../devtools/evaluation/logistic.ts'
import { fittingRounds } from '../devtools/evaluation/rounds.ts'

const FILE = fileURLToPath(new URL('../server/answer/calibration.json', import.meta.url))

/** Parts of the articles, each with a calibration of its own, fitted on the others, to be scored with. */
const FOLDS = 6

const command = new Command('npm run calibrate --')
  .description('Fits confidence on a labelled set, and writes server/answer/calibration.json.')
  .requiredOption('--dataset <file>', 'in SQuAD 1.1 format')
  .allowExcessArguments(false)

await runScript(async () => {
  const { dataset } = command.parse().opts<{ dataset: string }>()
  const config = readConfig()
  const set = await readDataset(dataset)
  if (set.kind !== 'squad') {
    throw new FootnoteError('dataset-invalid', `${dataset} is not in SQuAD 1.1 format.`)
  }
  const inference = await startInference(config.inference)
  try {
    const asked = await askAll(fittingRounds(set), config, inference, (question, store) =>
      askOne(question, { ...config, store, inference }),
    )
    const outcomes = asked.flat()
    const articles = [...set.articles.keys()]
    const written = {
      calibration: fit(outcomes),
      folds: Array.from({ length: FOLDS }, (_, fold) => ({
        articles: articles.filter((article) => article % FOLDS === fold),
        calibration: fit(outcomes.filter(({ article }) => article % FOLDS !== fold)),
      })),
      provenance: {
        command: 'npm run calibrate',
        dataset: path.basename(dataset),
        sha256: await hashFile(dataset),
        questions: outcomes.length,
        articlesAre: 'by their place in the data set, from 0',
        folds: 'each is of questions on these articles, and was fitted on those on the others',
      },
    }
    await writeFile(FILE, `${JSON.stringify(written, null, 2)}\n`)
  } finally {
    await inference.close()
  }
})

function fit(outcomes: readonly Outcome[]): Calibration {
  const [intercept = 0, ...weights] = fitLogistic(
    outcomes.flatMap(({ evidence, quotes }) => {
      const features = FEATURES.map((feature) => evidence?.[feature] ?? 0)
      return evidence ? { features, isTrue: quotes[0]?.right ?? false } : []
    }),
  )
  const [logit = 0, cosine = 0, overlap = 0, missingNames = 0, lacksAnswerType = 0] = weights
  const [furtherIntercept = 0, gap = 0] = fitLogistic(
    outcomes
      .filter(({ answerable }) => answerable)
      .flatMap(({ quotes: [first, ...further] }) =>
        further.map(({ score, right }) => ({
          features: [(first?.score ?? 0) - score],
          isTrue: right,
        })),
      ),
  )
  return {
    first: { logit, cosine, overlap, missingNames, lacksAnswerType, intercept },
    further: { gap, intercept: furtherIntercept },
  }
}
