import type { Span } from '../span.ts'
import type { StoredPassage } from '../storage/storage.ts'
import { passageText } from './passage-text.ts'

/** What two versions of a text have in common: its letters and digits, whatever their case and typography. */
export function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

/**
 * Groups passages that say the same under the same heading: each group has a passage and, after it, its copies in other
 * documents.
 */
export function groupCopies(passages: readonly StoredPassage[]): StoredPassage[][] {
  const groups: { readonly letters: string; readonly members: StoredPassage[] }[] = []
  for (const passage of passages) {
    const letters = lettersOf(`${passage.heading ?? ''} ${passage.text}`)
    const group = groups.find(({ letters: others, members }) => {
      return (
        others === letters && !members.some(({ document }) => document.id === passage.document.id)
      )
    })
    if (group) group.members.push(passage)
    else groups.push({ letters, members: [passage] })
  }
  return groups.map(({ members }) => members)
}

/** The neighbouring sentences of a passage that say the same as a text, as one span; null where there are none. */
export function findCopy(text: string, passage: StoredPassage): Span | null {
  const wanted = lettersOf(text)
  if (!lettersOf(passage.text).includes(wanted)) return null
  for (const [i, { start }] of passage.sentences.entries()) {
    for (const { end } of passage.sentences.slice(i, i + 2)) {
      if (lettersOf(passageText(passage, { start, end })) === wanted) return { start, end }
    }
  }
  return null
}
