import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { hashFile } from '../index/files.ts'
import { startInference } from '../index/inference/inference.ts'
import { readConfig } from '../server/config.ts'
import { runScript, showProgress } from './command-line.ts'
import { askAll, askOne } from './evaluation/ask-all.ts'
import { readDataset } from './evaluation/dataset.ts'
import { fitLogistic } from './evaluation/logistic.ts'
import { fittingRounds } from './evaluation/rounds.ts'

const FILE = fileURLToPath(new URL('../server/answer/calibration.json', import.meta.url))

const command = new Command('npm run calibrate --')
  .description(
    'Fits confidence on half of the articles of a labelled set, and writes server/answer/calibration.json.',
  )
  .requiredOption('--dataset <file>', 'in SQuAD 1.1 format')
  .allowExcessArguments(false)

/** Articles 0, 1, 4, 5, …: half of those that the second round indexes, half of those that it asks about. */
const isFittedOn = (article: number) => article % 4 < 2

await runScript(async () => {
  const { dataset } = command.parse().opts<{ dataset: string }>()
  const config = readConfig()
  const set = await readDataset(dataset)
  const rounds = fittingRounds(set).map(({ isIndexed, questions }) => ({
    isIndexed,
    questions: questions.filter(({ article }) => isFittedOn(article)),
  }))
  const total = rounds.reduce((sum, { questions }) => sum + questions.length, 0)
  const progress = showProgress('Asked', 'questions')
  const inference = await startInference(config.inference)
  try {
    progress.update({ done: 0, total })
    const outcomes = await askAll(
      set,
      rounds,
      config,
      inference,
      (question, store, round) => askOne(question, store, { ...config, inference }, round),
      (done) => progress.update({ done, total }),
    )
    const examples = outcomes.flat().flatMap(({ evidence, firstRight }) => {
      if (evidence === null) return []
      const { logit, cosine, overlap, lacksAnswerType } = evidence
      return [{ features: [logit, cosine, overlap, lacksAnswerType], isTrue: firstRight }]
    })
    const weights = fitLogistic(examples)
    const [intercept = 0, logit = 0, cosine = 0, overlap = 0, lacksAnswerType = 0] = weights
    const calibration = {
      coefficients: { logit, cosine, overlap, lacksAnswerType, intercept },
      provenance: {
        command: 'npm run calibrate',
        dataset: path.basename(dataset),
        sha256: await hashFile(dataset),
        questions: examples.length,
        right: examples.filter(({ isTrue }) => isTrue).length,
        articlesAre: 'by their place in the data set, from 0',
        articles: [...set.documents.keys()].filter(isFittedOn),
      },
    }
    await writeFile(FILE, `${JSON.stringify(calibration, null, 2)}\n`)
  } finally {
    progress.stop()
    await inference.close()
  }
})
