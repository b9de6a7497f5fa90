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
import { type Judged, type Mark, markSentences, marksOf } from '../server/pages/draft-marks.ts'
import type { VerifiedSentence } from '../server/verification/verify-schema.ts'

const INDENT = ' '.repeat(4)

const COLOURS: Readonly<Record<Verdict, (text: string) => string>> = {
  quoted: colours.green,
  altered: colours.red,
  similar: colours.blue,
  'not-found': colours.dim,
}

/** Prints the verdicts on a draft for people on standard output, in colours if that is a terminal. */
export function printVerified(sentences: readonly VerifiedSentence[]): void {
  const marked = markSentences(sentences)
  for (const { sentence, own, quotations } of marked) {
    const kind = own?.kind ?? 'sentence'
    printHead(sentence, kind)
    if (!isMostlyQuotations(sentence)) printFound(sentence, INDENT)
    for (const { judged } of quotations) {
      printHead(judged, 'quotation', INDENT)
      printFound(judged, INDENT.repeat(2))
    }
    console.log()
  }
  const marks = marked.flatMap(marksOf)
  const quotations = marks.filter(({ kind }) => kind === 'quotation').map(({ judged }) => judged)
  const counts = [countVerdicts(sentences, 'sentence')]
  if (quotations.length > 0) counts.push(countVerdicts(quotations, 'quotation'))
  console.log(colours.bold(`${counts.join('; ')}.`))
}

function printHead({ verdict, text }: Judged, kind: Mark['kind'], indent = ''): void {
  const { sign, words } = VERDICTS[verdict]
  // No document needs to have a writer's own words, but one must have what is given as a quotation.
  const isMissing = verdict === 'not-found' && kind === 'quotation'
  const colour = isMissing ? colours.red : COLOURS[verdict]
  const label = kind === 'quotation' ? 'quotation ' : ''
  console.log(`${indent}${label}${colour(`${sign} ${words}`)}  ${printable(text)}`)
}

/** Prints what differs, and the places in the documents. */
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
