import { Command } from 'commander'
import colours from 'picocolors'
import { quoteUrl } from '../server/answer/quote-url.ts'
import { storedReplyToJson } from '../server/answer/stored-reply.ts'
import { readConfig } from '../server/config.ts'
import { type Engine, engineOf } from '../server/engine.ts'
import type { Feedback, UnansweredQuestion } from '../server/state/state.ts'
import { printable } from '../presentation/terminal-text.ts'
import { runScript } from './command-line.ts'
import { printAnswer } from './print-answer.ts'

const command = new Command('npm run feedback --')
  .description('Lists the questions without an answer, and the answers that did not help.')
  .option('--json', 'print all of it as JSON, with the answers that helped', false)

await runScript(async () => {
  const { json } = command.parse().opts<{ json: boolean }>()
  const engine = engineOf(readConfig())
  try {
    const { unanswered, feedback } = await readState(engine)
    if (json) return console.log(JSON.stringify({ unanswered, feedback }, null, 2))
    printUnanswered(unanswered)
    return printUnhelpful(feedback)
  } finally {
    await engine.close()
  }
})

async function readState(engine: Engine) {
  const state = await engine.openState()
  try {
    const unanswered = await state.conversations.unanswered()
    return { unanswered, feedback: (await state.feedback.all()).map(toPrinted) }
  } finally {
    await state.close()
  }
}

type Printed = ReturnType<typeof toPrinted>

/** Feedback as `--json` prints it, with quotes as the API gives them. */
function toPrinted({ helpful, givenAtMs, ...reply }: Feedback) {
  return { ...storedReplyToJson(reply, quoteUrl), given: givenAtMs, helpful }
}

function printUnanswered(unanswered: readonly UnansweredQuestion[]): void {
  console.log(colours.bold(`Not answered, in conversations that are kept: ${unanswered.length}`))
  for (const { question, times } of unanswered) {
    console.log(`    ${printable(question)}${times > 1 ? colours.dim(` (${times} times)`) : ''}`)
  }
}

function printUnhelpful(feedback: readonly Printed[]): void {
  const unhelpful = feedback.filter(({ helpful }) => !helpful)
  const helped = feedback.length - unhelpful.length
  console.log(colours.bold(`\nDid not help: ${unhelpful.length} (helped: ${helped})`))
  for (const judged of unhelpful) {
    const { question, interpretedAs, given } = judged
    console.log(
      `\n${colours.bold(printable(question))} ${colours.dim(new Date(given).toISOString())}`,
    )
    if (interpretedAs !== question) console.log(`Read as: ${printable(interpretedAs)}`)
    console.log()
    printAnswer(judged)
  }
}
