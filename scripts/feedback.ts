import { Command } from 'commander'
import colours from 'picocolors'
import { readConfig } from '../server/config.ts'
import { readUnanswered, type Unanswered } from '../server/conversation/conversations.ts'
import { type Feedback, readFeedback } from '../server/feedback/feedback.ts'
import { printable } from '../presentation/terminal-text.ts'
import { runScript } from './command-line.ts'
import { printAnswer } from './print-answer.ts'

const command = new Command('npm run feedback --')
  .description('Lists the questions that nothing answered, and the answers that did not help.')
  .option('--json', 'print all of it as JSON, with the answers that helped', false)

await runScript(async () => {
  const { json } = command.parse().opts<{ json: boolean }>()
  const { conversations, feedbackFile } = readConfig()
  const unanswered = readUnanswered(conversations.file)
  const feedback = readFeedback(feedbackFile)
  if (json) return console.log(JSON.stringify({ unanswered, feedback }, null, 2))
  printUnanswered(unanswered)
  return printDisliked(feedback)
})

function printUnanswered(unanswered: readonly Unanswered[]): void {
  console.log(colours.bold(`Not answered, in conversations that are kept: ${unanswered.length}`))
  for (const { question, times } of unanswered) {
    console.log(`    ${printable(question)}${times > 1 ? colours.dim(` (${times} times)`) : ''}`)
  }
}

function printDisliked(feedback: readonly Feedback[]): void {
  const disliked = feedback.filter(({ helpful }) => !helpful)
  const helped = feedback.length - disliked.length
  console.log(colours.bold(`\nDid not help: ${disliked.length} (helped: ${helped})`))
  for (const judged of disliked) {
    const { question, interpretedAs, given } = judged
    console.log(
      `\n${colours.bold(printable(question))} ${colours.dim(new Date(given).toISOString())}`,
    )
    if (interpretedAs !== question) console.log(`Read as: ${printable(interpretedAs)}`)
    console.log()
    printAnswer(judged)
  }
}
