import { english } from '../../index/language/en.ts'
import type { DocumentQuestion } from '../../index/language/language.ts'
import type { DocumentSummary, Store } from '../../index/storage/storage.ts'
import type { Question } from '../answer/answer.ts'
import { answerFromDetails } from '../answer/document-facts.ts'
import type { StoredTurn } from '../state/stored.ts'
import { bestDocumentIds, type TopicScores } from './topic-document.ts'

/** Whether a question points to a document without its title: "Who wrote this?". */
export function pointsToDocument(question: string): boolean {
  return pointing(question) !== null
}

/**
 * Reads a question about the document that the person was shown last: the question with "this document", and the document.
 * Null where it asks for anything else, or may do so: "it" is a document only after another question about a document.
 */
export async function readDocumentQuestion(
  { question, documentIds }: Pick<Question, 'question' | 'documentIds'>,
  turns: readonly StoredTurn[],
  scores: TopicScores,
  store: Store,
): Promise<{ readonly explicit: string; readonly document: DocumentSummary } | null> {
  const asked = pointing(question)
  const id = shownDocumentId(turns) ?? bestDocumentIds(scores, 1)[0]
  const document = asked && id !== undefined ? await store.document(id, 0) : null
  if (!asked || !document) return null
  const isMeant =
    asked.reference === 'document' ||
    (asked.reference === 'this' && hasDetail(document, asked)) ||
    (await wasAboutDocument(turns.at(-1), documentIds, store))
  return isMeant ? { explicit: asked.explicit, document } : null
}

/** Whether the question of a turn was answered from the details of a document, and not searched for. */
async function wasAboutDocument(
  turn: StoredTurn | undefined,
  documentIds: readonly string[] | null,
  store: Store,
): Promise<boolean> {
  if (!turn) return false
  const { interpretedAs, focus } = turn
  const scope = { documentIds, focus, maxQuotes: 1, minConfidence: 0 }
  return (await answerFromDetails(interpretedAs, scope, store)) !== null
}

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

/** The document of the first quote that was shown last, in an answer or as the closest one. */
function shownDocumentId(turns: readonly StoredTurn[]): string | undefined {
  const [first] = turns
    .flatMap(({ quotes, closest }) => [...quotes, ...closest].slice(0, 1))
    .slice(-1)
  return first?.documentId
}
