import colours from 'picocolors'
import { citationParts, ENGLISH_PLACES, placePart } from '../presentation/citation.ts'
import { printable } from '../presentation/terminal-text.ts'
import {
  countVerdicts,
  isMostlyQuotations,
  type Verdict,
  VERDICTS,
} from '../presentation/verdicts.ts'
import type { QuoteJson } from '../server/answer/answer-schema.ts'
import type { VerifiedSentence } from '../server/verification/verify-schema.ts'

const INDENT = ' '.repeat(4)

type Judged = Omit<VerifiedSentence, 'quotations'>

const COLOURS: Readonly<Record<Verdict, (text: string) => string>> = {
  quoted: colours.green,
  altered: colours.red,
  similar: colours.blue,
  'not-found': colours.dim,
}

/** Prints what was found of a draft for people on standard output, in colours if that is a terminal. */
export function printVerified(sentences: readonly VerifiedSentence[]): void {
  for (const sentence of sentences) {
    printHead(sentence, COLOURS[sentence.verdict])
    if (!isMostlyQuotations(sentence)) printFound(sentence, INDENT)
    for (const quotation of sentence.quotations) printQuotation(quotation)
    console.log()
  }
  const quotations = sentences.flatMap((sentence) => sentence.quotations)
  const counts = [countVerdicts(sentences, 'sentence'), countVerdicts(quotations, 'quotation')]
  console.log(colours.bold(`${counts.join('; ')}.`))
}

function printQuotation(quotation: Judged): void {
  // A writer's own words need not stand in a document; what is given as a quotation must.
  const isMissing = quotation.verdict === 'not-found'
  const colour = isMissing ? colours.red : COLOURS[quotation.verdict]
  printHead(quotation, colour, `${INDENT}quotation `)
  printFound(quotation, INDENT.repeat(2))
}

function printHead({ verdict, text }: Judged, colour: (text: string) => string, before = ''): void {
  const { sign, words } = VERDICTS[verdict]
  console.log(`${before}${colour(`${sign} ${words}`)}  ${printable(text)}`)
}

/** Prints what differs, and where it stands. */
function printFound({ verdict, differences, quotes }: Judged, indent: string): void {
  for (const difference of differences) console.log(`${indent}${differenceLine(difference)}`)
  for (const [i, quote] of quotes.entries()) {
    if (verdict === 'similar' || (verdict === 'altered' && i === 0)) {
      console.log(`${indent}“${printable(quote.text)}”`)
    }
    printPlace(quote, indent)
  }
}

/** What the draft says, then what the source says. */
function differenceLine({ draft, source }: Judged['differences'][number]): string {
  const ours = draft ? colours.red(printable(draft.text)) : colours.dim('(left out)')
  const theirs = source ? colours.green(printable(source.text)) : colours.dim('(not in the source)')
  return `${ours} → ${theirs}`
}

function printPlace({ citation }: QuoteJson, indent: string): void {
  const { documentId, start, end } = citation
  const place = [...citationParts(citation), placePart(citation, ENGLISH_PLACES)].join(', ')
  console.log(`${indent}${printable(place)}`)
  console.log(colours.dim(`${indent}${documentId}, characters ${start}–${end}`))
}
