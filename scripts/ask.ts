import { Command } from 'commander'
import { FootnoteError } from '../index/errors.ts'
import { indexFingerprint } from '../index/fingerprint.ts'
import { startInference } from '../index/inference/inference.ts'
import { currentGeneration } from '../index/store/generations.ts'
import { openStore } from '../index/store/sqlite-store.ts'
import { answerQuestion } from '../server/answer/answer.ts'
import { type Config, readConfig } from '../server/config.ts'
import { type AnswerJson, answerToJson } from '../server/http/answer-json.ts'
import { askBody, type AskBody } from '../server/http/schemas.ts'
import { buildWithProgress } from './build.ts'
import { describeBuild, runScript } from './command-line.ts'
import { printAnswer } from './print-answer.ts'

interface Options {
  json: boolean
  explain: boolean
}

const command = new Command('npm run ask --')
  .description('Answers a question with quotes from the documents.')
  .argument('<question...>', 'in your own words')
  .option('--json', 'print what POST /ask gives', false)
  .option('--explain', 'show what each stage made of each candidate', false)

await runScript(async () => {
  const { args } = command.parse()
  const { json, explain } = command.opts<Options>()
  const answer = await ask(readQuestion(args.join(' '), explain), readConfig())
  if (json) console.log(JSON.stringify(answer, null, 2))
  else printAnswer(answer)
})

function readQuestion(question: string, explain: boolean): AskBody {
  const asked = askBody.safeParse({ question, explain })
  if (asked.success) return asked.data
  throw new FootnoteError(
    'question-invalid',
    `The question ${asked.error.issues[0]?.message ?? 'is not valid'}.`,
  )
}

async function ask(asked: AskBody, config: Config): Promise<AnswerJson> {
  const { indexDir, minConfidence } = config
  const inference = await startInference(config.inference)
  try {
    if ((await currentGeneration(indexDir)) === null) {
      const built = await buildWithProgress(config, async () => inference)
      if (!built.published) throw new FootnoteError('documents-invalid', describeBuild(built))
    }
    const store = await openStore(indexDir, await indexFingerprint(config.inference))
    try {
      const { question, maxQuotes } = asked
      const answered = await answerQuestion(
        { question, maxQuotes, documentIds: null },
        { store, inference, minConfidence },
      )
      return answerToJson(answered, asked)
    } finally {
      await store.close()
    }
  } finally {
    await inference.close()
  }
}
