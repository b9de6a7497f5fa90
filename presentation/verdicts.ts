/** What is said of a sentence or a quotation of a draft. docs/verify.md says what each means. */
export type Verdict = 'quoted' | 'altered' | 'similar' | 'not-found'

/** How a verdict is shown without a sentence and without colour. */
export interface VerdictName {
  readonly sign: string
  readonly words: string
}

/** The names of the verdicts, in the order in which they are counted. */
export const VERDICTS: Readonly<Record<Verdict, VerdictName>> = {
  quoted: { sign: '✓', words: 'quoted' },
  altered: { sign: '≠', words: 'altered' },
  similar: { sign: '≈', words: 'similar' },
  'not-found': { sign: '∅', words: 'not found' },
}

interface Judged {
  readonly verdict: Verdict
}

/** How often each verdict was given, in words: "5 quotations: 4 quoted, 1 altered". `noun` is in the singular. */
export function countVerdicts(judged: readonly Judged[], noun: string): string {
  const counts = Object.entries(VERDICTS).flatMap(([verdict, { words }]) => {
    const count = judged.filter((each) => each.verdict === verdict).length
    return count === 0 ? [] : [`${count} ${words}`]
  })
  const total = `${judged.length} ${noun}${judged.length === 1 ? '' : 's'}`
  return counts.length === 0 ? total : `${total}: ${counts.join(', ')}`
}

/** A sentence, and the quotations that are a part of it. Offsets count in the draft, in UTF-16 code units. */
export interface SentenceWithQuotations {
  readonly start: number
  readonly end: number
  readonly quotations: readonly { readonly start: number; readonly end: number }[]
}

/** Whether at least half of a sentence is quotations, so that the verdicts on these say enough. */
export function isMostlyQuotations({ start, end, quotations }: SentenceWithQuotations): boolean {
  const quoted = quotations.reduce((sum, quotation) => sum + quotation.end - quotation.start, 0)
  return quoted >= (end - start) / 2
}
