import type { Span } from '../span.ts'
import type { StoredPassage } from '../storage/storage.ts'

/**
 * How much a focus changes the scores of a passage and its sentences. The first three weights are
 * multiplied by {@link focusMatch}. Chosen on CANARD's conversations: without a focus, follow-up
 * recovery there falls from 0.68 to 0.65.
 */
export const FOCUS_WEIGHTS = {
  /** Added to the fused score of a passage. */
  fusedScore: 0.05,
  /** Added to the preselection score of a sentence. */
  preselection: 0.2,
  /** Added to the final score of a sentence, in logits. */
  finalScore: 5,
  /** Subtracted from the final score of a sentence that was already an answer, in logits. */
  answeredBefore: 2.5,
}

/** A passage counts as near the last quoted paragraph up to this distance, in paragraphs. */
const NEARBY_PARAGRAPHS = 2

/** How much more a passage near the last quoted paragraph matches the focus than the rest of its document. */
const NEARBY_BONUS = 0.1

/** The document that a conversation is about, for a question that depends on the conversation. */
export interface Focus {
  readonly documentId: string
  /** The paragraph that was quoted last; null where the last quote is from another document. */
  readonly paragraph: number | null
  /** The first quote of each earlier answer. */
  readonly shown: readonly (Span & { readonly documentId: string })[]
}

/**
 * How well a passage matches the focus: 0 in another document or without a focus, 1 in the document
 * of the focus, 1.1 near the paragraph that was quoted last.
 */
export function focusMatch({ document, paragraph }: StoredPassage, focus: Focus | null): number {
  if (document.id !== focus?.documentId) return 0
  if (focus.paragraph === null) return 1
  return Math.abs(paragraph - focus.paragraph) <= NEARBY_PARAGRAPHS ? 1 + NEARBY_BONUS : 1
}

/** Whether a sentence of a passage overlaps the first quote of an earlier answer. */
export function hasAnsweredBefore(
  { document }: StoredPassage,
  sentence: Span,
  focus: Focus | null,
): boolean {
  return (focus?.shown ?? []).some(
    ({ documentId, start, end }) =>
      documentId === document.id && start < sentence.end && sentence.start < end,
  )
}
