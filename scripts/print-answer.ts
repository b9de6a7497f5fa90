import colours from 'picocolors'
import type { AnswerJson, QuoteJson } from '../server/answer/answer-schema.ts'
import { chosenBy, citationParts, ENGLISH_PLACES, placePart } from '../presentation/citation.ts'
import { highlightParts } from '../presentation/highlight.ts'
import { printable, withoutControls } from '../presentation/terminal-text.ts'

/** The parts of an answer that are printed. */
type PrintedAnswer = Pick<
  AnswerJson,
  'answered' | 'answer' | 'quotes' | 'alsoOnThis' | 'closest' | 'explanation'
>

/** Prints an answer for people on standard output, in colours if that is a terminal. */
export function printAnswer(answer: PrintedAnswer): void {
  if (answer.answered) {
    for (const quote of answer.quotes)
      printQuote(quote, (text) => colours.bold(colours.green(text)))
    if (answer.alsoOnThis.length > 0) console.log('Also on this:\n')
    for (const quote of answer.alsoOnThis) printQuote(quote, colours.dim)
  } else {
    console.log(colours.bold(answer.answer))
    if (answer.closest.length > 0) console.log('\nThe closest passages:\n')
    for (const quote of answer.closest) printQuote(quote, colours.dim)
  }
  if (answer.explanation) printExplanation(answer.explanation)
}

function printQuote(
  { number, text, highlight, confidence, citation, alsoIn, vouched }: QuoteJson,
  style: (text: string) => string,
): void {
  const { documentId, start, end } = citation
  const source = [...citationParts(citation), placePart(citation, ENGLISH_PLACES)].join(', ')
  const { before, words, after } = highlightParts({ text, start, highlight })
  const marked = colours.underline(withoutControls(words))
  const shown = `“${withoutControls(before)}${words && marked}${withoutControls(after)}”`
  console.log(`${style(shown)} [${number}]`)
  console.log(`    ${printable(source)}`)
  for (const copy of alsoIn) {
    console.log(`    also in ${printable(copy.title)}, ${placePart(copy, ENGLISH_PLACES)}`)
  }
  if (vouched) console.log(`    ${printable(chosenBy(vouched.by))}`)
  console.log(
    colours.dim(
      `    ${documentId}, characters ${start}–${end}, confidence ${percent(confidence)}\n`,
    ),
  )
}

function printExplanation(explanation: NonNullable<AnswerJson['explanation']>): void {
  const { candidates, equalForms, summary } = explanation
  for (const { asked, others } of equalForms) {
    console.log(`For “${printable(asked)}” also: ${others.map(printable).join(', ')}`)
  }
  console.log(colours.bold('How the candidates were judged'))
  console.log('BM25  vector  fused  distance  overlap   logit  margin   score  confidence  outcome')
  for (const candidate of candidates) {
    const { bm25Rank, vectorRank, fusedRank, distance, overlap } = candidate
    const { logit, reading, score, confidence, outcome } = candidate
    const columns = [
      String(bm25Rank ?? '–').padStart(4),
      String(vectorRank ?? '–').padStart(6),
      String(fusedRank).padStart(5),
      distance.toFixed(3).padStart(8),
      overlap.toFixed(2).padStart(7),
      (logit?.toFixed(2) ?? '–').padStart(6),
      (reading?.margin.toFixed(2) ?? '–').padStart(6),
      (score?.toFixed(2) ?? '–').padStart(6),
      (confidence === null ? '–' : percent(confidence)).padStart(10),
      outcome,
    ]
    console.log(columns.join('  '))
    console.log(colours.dim(`      ${candidate.documentId}: ${printable(candidate.text)}`))
  }
  console.log(summary)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
