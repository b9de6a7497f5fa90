import { Command, InvalidArgumentError } from 'commander'
import { hashFile } from '../index/files.ts'
import { startInference } from '../index/inference/inference.ts'
import { readConfig } from '../server/config.ts'
import { openTemporaryState } from '../server/state/embedded/embedded-state.ts'
import { runScript } from './command-line.ts'
import { ablate } from '../devtools/evaluation/ablations.ts'
import { askAll, askInTurn, askOne } from '../devtools/evaluation/ask-all.ts'
import { crossFitted } from '../devtools/evaluation/cross-fitted.ts'
import {
  type ConversationSet,
  type EvaluationQuestion,
  type QuestionSet,
  readDataset,
} from '../devtools/evaluation/dataset.ts'
import {
  type Figures,
  recovery,
  summarize,
  summarizeTurns,
  table,
} from '../devtools/evaluation/report.ts'
import { evaluationRounds, type Round, take } from '../devtools/evaluation/rounds.ts'

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
  .option(
    '--limit <questions>',
    'ask only so many (of conversations: so many dialogs), evenly taken',
    wholeNumber,
  )
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
    const some = take(dialogs, limit)
    const rewritten = some.map((dialog) =>
      Array.from(dialog, (turn) => ({ ...turn, question: turn.rewrite })),
    )
    const joined = some.map((dialog) =>
      Array.from(dialog, (turn, i) => ({ ...turn, question: withHistory(dialog, i) })),
    )
    const alone = [some, rewritten, joined].map((run) => ({ documents, questions: run.flat() }))
    const [asRaw = [], asHuman = [], asJoined = []] = await ask(alone)
    const inTurn = [some, rewritten].map((run) => ({ documents, questions: run }))
    const [asked = [], askedRewritten = []] = await converseAll(inTurn)
    const raw = summarizeTurns(asRaw)
    const human = summarizeTurns(asHuman)
    const conversation = summarizeTurns(asked.flat())
    const plain = summarizeTurns(asJoined)
    const recovered = 'follow-up recovery'
    return {
      raw,
      joined: { ...plain, [recovered]: recovery(plain, { raw, human }) },
      conversation: { ...conversation, [recovered]: recovery(conversation, { raw, human }) },
      human,
      'human, in conversation': summarizeTurns(askedRewritten.flat()),
    }
  }

  function converseAll(rounds: readonly Round<readonly EvaluationQuestion[]>[]) {
    return askAll(rounds, config, inference, async (dialog, store) => {
      const state = await openTemporaryState(config)
      try {
        const { conversations } = state
        return await askInTurn(dialog, { ...config, inference, store, conversations })
      } finally {
        await state.close()
      }
    })
  }

  function ask(rounds: readonly Round[]) {
    return askAll(rounds, config, inference, (question, store) => {
      const calibration = calibrationOf(question.article)
      return askOne(question, { ...config, inference, store, calibration })
    })
  }
})

/** The first, the previous and the present question of a dialog, as one. */
function withHistory(dialog: readonly EvaluationQuestion[], i: number): string {
  const said = [dialog[0], dialog[i - 1], dialog[i]]
  return [...new Set(said.flatMap((turn) => turn?.question ?? []))].join(' ')
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It takes a whole number above 0.')
  return Number(value)
}
