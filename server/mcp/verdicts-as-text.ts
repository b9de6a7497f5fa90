import { ENGLISH_PLACES, placePart } from '../../presentation/citation.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import type { VerifiedSentence } from '../verification/verify-schema.ts'

type Judged = VerifiedSentence['quotations'][number]
type Difference = Judged['differences'][number]

/** The verdict on each sentence and quotation of a text as one line, for clients that read only text. */
export function verdictsAsText(sentences: readonly VerifiedSentence[]): string {
  return sentences
    .flatMap((sentence, i) => [
      `${i + 1}. ${sentence.isQuotation ? 'quotation ' : ''}${lineOf(sentence)}`,
      ...Array.from(sentence.quotations, (quotation) => `   - ${lineOf(quotation)}`),
    ])
    .join('\n')
}

function lineOf({ verdict, text, differences, quotes }: Judged): string {
  const [quote] = quotes
  const parts = [
    `${verdict}: “${foldSpace(text)}”`,
    ...differences.map(differenceAsText),
    ...(quote
      ? [
          `${quote.citation.title}, ${placePart(quote.citation, ENGLISH_PLACES)}: “${foldSpace(quote.text)}” <${quote.citation.url}>`,
        ]
      : []),
  ]
  return parts.join('; ')
}

function differenceAsText({ kind, draft, source }: Difference): string {
  switch (kind) {
    case 'changed':
      return `“${draft?.text ?? ''}” is “${source?.text ?? ''}” in the source`
    case 'added':
      return `“${draft?.text ?? ''}” is not in the source`
    case 'left-out':
      return `“${source?.text ?? ''}” is left out`
  }
}
