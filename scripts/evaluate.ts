import { Command, InvalidArgumentError } from 'commander'
import { hashFile } from '../index/files.ts'
import { startInference } from '../index/inference/inference.ts'
import { readConfig } from '../server/config.ts'
import { runScript } from './command-line.ts'
import { ablate } from './evaluation/ablations.ts'
import { askAll, askOne } from './evaluation/ask-all.ts'
import { crossFitted } from './evaluation/cross-fitted.ts'
import { type ConversationSet, type QuestionSet, readDataset } from './evaluation/dataset.ts'
import { type Figures, summarize, summarizeTurns, table } from './evaluation/report.ts'
import { evaluationRounds, type Round, take } from './evaluation/rounds.ts'

type Columns = Readonly<Record<string, Figures>>

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
  const { dataset, limit, json, ablate: isAblated } = command.parse().opts<Options>()
  const config = readConfig()
  const data = await readDataset(dataset)
  const calibrationOf = crossFitted(await hashFile(dataset))
  const inference = await startInference(config.inference)
  try {
    const columns = data.kind === 'squad' ? await ofQuestions(data) : await ofConversations(data)
    console.log(json ? JSON.stringify(columns, null, 2) : table(columns))
  } finally {
    await inference.close()
  }

  async function ofQuestions(set: QuestionSet): Promise<Columns> {
    const rounds = evaluationRounds(set, limit)
    const [asked = [], elsewhere = []] = await ask(rounds)
    const compared = isAblated ? await ablate(rounds, config, inference) : {}
    return { 'all together': summarize(asked, elsewhere), ...compared }
  }

  async function ofConversations({ documents, dialogs }: ConversationSet): Promise<Columns> {
    const turns = take(dialogs.flat(), limit)
    const rewritten = turns.map((turn) => ({ ...turn, question: turn.rewrite }))
    const human = { documents, questions: rewritten }
    const [asRaw = [], asHuman = []] = await ask([{ documents, questions: turns }, human])
    const compared = isAblated ? await ablate([human], config, inference) : {}
    return { raw: summarizeTurns(asRaw), human: summarizeTurns(asHuman), ...compared }
  }

  function ask(rounds: readonly Round[]) {
    return askAll(rounds, config, inference, (question, store) => {
      const calibration = calibrationOf(question.article)
      return askOne(question, { ...config, inference, store, calibration })
    })
  }
})

function wholeNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It takes a whole number above 0.')
  return Number(value)
}
