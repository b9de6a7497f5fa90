import { english } from '../../index/language/en.ts'
import type { DocumentQuestion } from '../../index/language/language.ts'
import type { DocumentSummary, Store } from '../../index/storage/storage.ts'
import type { Question } from '../answer/answer.ts'
import { answerFromDetails } from '../answer/document-facts.ts'
import { contextAfter, type PastTurn, shownDocumentId } from './turn.ts'

/**
 * Reads a question about the document that the person was shown last: the question with "this document".
 * Null where it asks for anything else, or may do so: "it" is a document only after another question about a document.
 */
export async function readDocumentQuestion(
  { question, documentIds }: Pick<Question, 'question' | 'documentIds'>,
  turns: readonly PastTurn[],
  store: Store,
): Promise<string | null> {
  const asked = pointing(question)
  const id = shownDocumentId(turns)
  const document = asked && id !== undefined ? await store.document(id, 0) : null
  if (!asked || !document) return null
  const isMeant =
    asked.reference === 'document' ||
    (asked.reference === 'this' && hasDetail(document, asked)) ||
    (await wasAboutDocument(turns, documentIds, store))
  return isMeant ? asked.explicit : null
}

/** Whether the question of a turn was answered from the details of a document, and not searched for. */
async function wasAboutDocument(
  turns: readonly PastTurn[],
  documentIds: readonly string[] | null,
  store: Store,
): Promise<boolean> {
  const previous = turns.at(-1)
  if (!previous) return false
  const context = contextAfter(turns.slice(0, -1), previous.interpretedAs)
  const scope = { documentIds, context, maxQuotes: 1, minConfidence: 0 }
  return (await answerFromDetails(previous.interpretedAs, scope, store)) !== null
}

/** Reads a question that points to a document without its title: "Who wrote this?". */
function pointing(question: string): DocumentQuestion | null {
  const asked = english.documentQuestion(question)
  return asked && asked.titleStems.length === 0 ? asked : null
}

/**
 * Whether the details of a document have what is asked for. "What was this about?" and "What is this called?" ask of other
 * things as often, and every document has a title and a subject.
 */
function hasDetail(document: DocumentSummary, { asksFor }: DocumentQuestion): boolean {
  return asksFor !== 'subject' && asksFor !== 'title' && document[asksFor] !== null
}
