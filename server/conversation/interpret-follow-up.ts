import type { Focus } from '../../index/retrieval/focus.ts'
import { findPassages } from '../../index/retrieval/passages.ts'
import { english } from '../../index/language/en.ts'
import { stemsOf, topicStems } from '../../index/language/stems.ts'
import type { DocumentSummary, Store } from '../../index/storage/storage.ts'
import type { Answering, Question } from '../answer/answer.ts'
import type { StoredTurn } from '../state/stored.ts'
import { leans, takesUp } from './detect-follow-up.ts'
import { asksAbout, readingOf } from './rewrite-follow-up.ts'
import { agreement, type Beliefs, believe, evidenceOf, mostBelieved } from './topic-document.ts'
import { spanOf } from './turn.ts'

/** Documents whose pronouns are compared with those of the questions. */
const COMPARED = 5

/** How much of each document is looked at for that, in UTF-16 code units: it tells as well as the whole. */
const AGREEING = 50_000

/** Of so many turns "the" something may be taken up. */
const TAKEN_UP = 10

/** How a question is read that leans on a conversation. */
export interface Reading {
  readonly interpretedAs: string
  /** What the conversation is about; null where no document is known that it may be. */
  readonly focus: Focus | null
  readonly beliefs: Beliefs
}

/** Whether a question leans on the turns before it. */
export function isLeaning(question: string, turns: readonly StoredTurn[]): boolean {
  const recent = turns.slice(-TAKEN_UP)
  const asked = recent.map((turn) => turn.question)
  const quoted = recent.flatMap(({ quotes }) => quotes.map(({ passage }) => passage.text))
  return leans(question) || takesUp(question, asked.concat(quoted))
}

/** Reads a question that leans on the turns before it; `before` is what was believed of documents by then. */
export async function readLeaning(
  { question, documentIds }: Pick<Question, 'question' | 'documentIds'>,
  turns: readonly StoredTurn[],
  before: Beliefs,
  answering: Answering,
): Promise<Reading> {
  const asked = turns.map((turn) => turn.question)
  const joined = [...new Set([...asked.slice(0, 1), ...asked.slice(-1), question])].join(' ')
  const { passages } = await findPassages(joined, { documentIds }, answering)
  const beliefs = believe(before, true, evidenceOf(passages))
  const subject = await findSubject(beliefs, [...asked, question], answering.store)
  const reading = readingOf(question, turns.map(toSaid), subject?.title ?? null)
  const interpretedAs =
    asksAbout(question) && !(await isSpokenOf(question, reading, documentIds, answering))
      ? question
      : reading
  return { interpretedAs, focus: subject && focusOn(subject.id, turns), beliefs }
}

/**
 * Whether what comes first for a reading speaks of what the question names. If not, "What about the Kurds?" is
 * about the Kurds, not about what was asked before.
 */
async function isSpokenOf(
  question: string,
  reading: string,
  documentIds: readonly string[] | null,
  answering: Answering,
): Promise<boolean> {
  const { passages } = await findPassages(reading, { documentIds }, answering)
  const [best] = passages
  if (!best) return false
  const spoken = new Set(stemsOf(best.passage.text, english))
  return topicStems(question, english).some((stem) => spoken.has(stem))
}

/** The document that a conversation is most likely about; null where none is known. */
async function findSubject(
  beliefs: Beliefs,
  questions: readonly string[],
  store: Store,
): Promise<DocumentSummary | null> {
  const documents = await Promise.all(
    mostBelieved(beliefs, COMPARED).map((id) => store.document(id, AGREEING)),
  )
  const [best] = documents
    .flatMap((document) => {
      if (!document) return []
      const belief = (beliefs.get(document.id) ?? 0) + agreement(questions, document.text)
      return { document, belief }
    })
    .toSorted((a, b) => b.belief - a.belief)
  return best?.document ?? null
}

function focusOn(documentId: string, turns: readonly StoredTurn[]): Focus {
  const [first] = turns.findLast((turn) => turn.quotes.length > 0)?.quotes ?? []
  const isThere = first?.documentId === documentId
  return {
    documentId,
    paragraph: isThere ? first.paragraph : null,
    shown: turns.flatMap((turn) => turn.quotes.slice(0, 1).map(spanOf)),
  }
}

function toSaid({ interpretedAs, quotes }: StoredTurn) {
  return {
    interpretedAs,
    quotes: quotes.map(({ text, title, passage }) => {
      return { text, title, passage: passage.text }
    }),
  }
}
