import { createInterface } from 'node:readline'
import { Command } from 'commander'
import colours from 'picocolors'
import { FootnoteError } from '../index/errors.ts'
import { answerToJson } from '../server/answer/answer-json.ts'
import { quoteUrl } from '../server/answer/quote-url.ts'
import type { AnswerJson } from '../server/answer/answer-schema.ts'
import { readConfig } from '../server/config.ts'
import { askBody, type AskBody } from '../server/conversation/ask-body.ts'
import type { Ask } from '../server/conversation/question-queue.ts'
import { createLog } from '../server/log.ts'
import { printable } from '../presentation/terminal-text.ts'
import { runScript } from './command-line.ts'
import { openForCommand } from './open-for-command.ts'
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
  .option('--json', 'print the same JSON as POST /ask', false)
  .option('--explain', 'show each candidate with its scores at each stage', false)

await runScript(async () => {
  const { args } = command.parse()
  const { json, explain } = command.opts<Options>()
  const question = args.length > 0 ? readQuestion(args.join(' '), explain) : null
  const footnote = await openForCommand(readConfig(), createLog('silent'))
  const { service } = footnote
  try {
    if (question) print(question.question, await answerTo(question, null, service.ask))
    else await converse(service.ask)
  } finally {
    await footnote.close()
  }

  function print(asked: string, answer: AnswerJson): void {
    if (json) return console.log(JSON.stringify(answer, null, 2))
    if (answer.interpretedAs !== asked) {
      console.log(colours.dim(`Read as: ${printable(answer.interpretedAs)}\n`))
    }
    return printAnswer(answer)
  }

  async function converse(ask: Ask): Promise<void> {
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
          const asked = readQuestion(line, explain)
          const answer = await answerTo(asked, conversationId, ask)
          conversationId = answer.conversationId
          print(asked.question, answer)
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

async function answerTo(
  { question, maxQuotes, explain }: AskBody,
  conversationId: string | null,
  ask: Ask,
): Promise<AnswerJson> {
  const reply = await ask({ question, maxQuotes, documentIds: null, conversationId })
  return answerToJson(reply.answer, { ...reply, explain, linkTo: quoteUrl })
}
