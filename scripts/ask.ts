import { createInterface } from 'node:readline'
import { Command } from 'commander'
import colours from 'picocolors'
import { FootnoteError } from '../index/errors.ts'
import { startInference } from '../index/inference/inference.ts'
import { answerToJson } from '../server/answer/answer-json.ts'
import { type AnswerJson } from '../server/answer/answer-schema.ts'
import { type Config, readConfig } from '../server/config.ts'
import { converse, type Conversing } from '../server/conversation/converse.ts'
import { askBody, type AskBody } from '../server/conversation/ask-body.ts'
import { storageOf } from '../server/storage.ts'
import { openTemporaryState } from '../server/state/embedded/embedded-state.ts'
import { buildWithProgress } from './build.ts'
import { printable } from '../presentation/terminal-text.ts'
import { describeBuild, runScript } from './command-line.ts'
import { printAnswer } from './print-answer.ts'

interface Options {
  json: boolean
  explain: boolean
}

const command = new Command('npm run ask --')
  .description(
    'Answers a question with quotes from the documents; without one, opens a conversation (Ctrl-D ends it).',
  )
  .argument('[question...]', 'in your own words')
  .option('--json', 'print what POST /ask gives', false)
  .option('--explain', 'show what each stage made of each candidate', false)

await runScript(async () => {
  const { args } = command.parse()
  const { json, explain } = command.opts<Options>()
  const question = args.length > 0 ? readQuestion(args.join(' '), explain) : null
  await withFootnote(readConfig(), async (conversing) => {
    if (question) print(question.question, await ask(question, null, conversing))
    else await talk(conversing)
  })

  function print(asked: string, answer: AnswerJson): void {
    if (json) return console.log(JSON.stringify(answer, null, 2))
    if (answer.interpretedAs !== asked) {
      console.log(colours.dim(`Read as: ${printable(answer.interpretedAs)}\n`))
    }
    return printAnswer(answer)
  }

  async function talk(conversing: Conversing): Promise<void> {
    const { stdin: input, stdout } = process
    const lines = createInterface({ input, ...(stdout.isTTY && { output: stdout, prompt: '> ' }) })
    if (stdout.isTTY) {
      console.log('Ask a question; "more" gives further quotes, Ctrl-D ends.\n')
      lines.prompt()
    }
    let conversationId: string | null = null
    for await (const line of lines) {
      if (line.trim() !== '') {
        try {
          const said = readQuestion(line, explain)
          const answer = await ask(said, conversationId, conversing)
          conversationId = answer.conversationId
          print(said.question, answer)
        } catch (error) {
          if (!(error instanceof FootnoteError) || error.code !== 'question-invalid') throw error
          console.log(error.message)
        }
      }
      if (stdout.isTTY) lines.prompt()
    }
    if (stdout.isTTY) console.log()
  }
})

function readQuestion(question: string, explain: boolean): AskBody {
  const asked = askBody.safeParse({ question, explain })
  if (asked.success) return asked.data
  throw new FootnoteError(
    'question-invalid',
    `The question ${asked.error.issues[0]?.message ?? 'is not valid'}.`,
  )
}

async function ask(
  { question, maxQuotes, explain }: AskBody,
  conversationId: string | null,
  conversing: Conversing,
): Promise<AnswerJson> {
  const said = { question, maxQuotes, documentIds: null, conversationId }
  const reply = await converse(said, conversing)
  return answerToJson(reply.answer, { ...reply, explain })
}

/** Runs something with the index, which is built first where there is none, and a memory of its own. */
async function withFootnote(
  config: Config,
  run: (conversing: Conversing) => Promise<void>,
): Promise<void> {
  const { minConfidence } = config
  const storage = storageOf(config)
  const inference = await startInference(config.inference)
  try {
    if ((await storage.served()) === null) {
      const built = await buildWithProgress(config, async () => inference, { storage })
      if (!built.published) throw new FootnoteError('documents-invalid', describeBuild(built))
    }
    const store = await storage.open()
    const state = await openTemporaryState(config)
    try {
      await run({ store, inference, conversations: state.conversations, minConfidence })
    } finally {
      await state.close()
      await store.close()
    }
  } finally {
    await inference.close()
  }
}
