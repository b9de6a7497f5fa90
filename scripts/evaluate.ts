import { Command, InvalidArgumentError } from 'commander'
import { hashFile } from '../index/files.ts'
import { startInference } from '../index/inference/inference.ts'
import calibration from '../server/answer/calibration.json' with { type: 'json' }
import { readConfig } from '../server/config.ts'
import { runScript, showProgress } from './command-line.ts'
import { ablate } from './evaluation/ablations.ts'
import { askAll, askOne, type Outcome } from './evaluation/ask-all.ts'
import { type EvaluationSet, readDataset } from './evaluation/dataset.ts'
import { type Figures, summarize, table } from './evaluation/report.ts'
import { roundsOf, take } from './evaluation/rounds.ts'

interface Options {
  dataset: string
  limit?: number
  json: boolean
  ablate: boolean
}

const command = new Command('npm run evaluate --')
  .description('Asks labelled questions as the server does and counts what was right.')
  .requiredOption('--dataset <file>', 'in SQuAD 1.1 format, or a file of conversations')
  .option('--limit <questions>', 'ask only so many, evenly taken from all', wholeNumber)
  .option('--ablate', 'compare with BM25 alone, vectors alone, and both fused', false)
  .option('--json', 'print JSON instead of a table', false)
  .allowExcessArguments(false)

await runScript(async () => {
  const { dataset, limit, json, ablate: ablated } = command.parse().opts<Options>()
  const config = readConfig()
  const set = await readDataset(dataset)
  const inference = await startInference(config.inference)
  try {
    const columns = {
      ...(await evaluate(set, limit)),
      ...(ablated && (await ablate(set, take(set.questions, limit), config, inference))),
    }
    console.log(json ? JSON.stringify(columns, null, 2) : table(columns))
  } finally {
    await inference.close()
  }

  async function evaluate(
    all: EvaluationSet,
    most: number | undefined,
  ): Promise<Record<string, Figures>> {
    const rounds = roundsOf(all, most)
    const progress = showProgress('Asked', 'questions')
    const total = rounds.reduce((sum, { questions }) => sum + questions.length, 0)
    progress.update({ done: 0, total })
    const [asked = [], elsewhere = []] = await askAll(
      all,
      rounds,
      config,
      inference,
      (question, store, round) => askOne(question, store, { ...config, inference }, round),
      (done) => progress.update({ done, total }),
    )
    progress.stop()
    if ((await hashFile(dataset)) !== calibration.provenance.sha256) {
      return { 'all questions': summarize(asked, elsewhere) }
    }
    const fitted = new Set(calibration.provenance.articles)
    const heldOut = ({ article }: Outcome) => !fitted.has(article)
    return {
      'all questions': summarize(asked, elsewhere),
      'articles not fitted on': summarize(asked.filter(heldOut), elsewhere.filter(heldOut)),
    }
  }
})

function wholeNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It takes a whole number above 0.')
  return Number(value)
}
