import { FootnoteError } from '../../index/errors.ts'
import type { Focus } from '../../index/retrieval/focus.ts'
import { findPassages } from '../../index/retrieval/passages.ts'
import { stemsOf, topicStems } from '../../index/retrieval/words.ts'
import type { Span } from '../../index/splitting/span.ts'
import type { DocumentSummary, Store } from '../../index/store/store.ts'
import {
  type Answer,
  answerQuestion,
  type Answering,
  type Question,
  withoutSearch,
  withQuotes,
} from '../answer/answer.ts'
import { quoteToJson } from '../answer/answer-json.ts'
import { type QuoteJson } from '../answer/answer-schema.ts'
import type { Conversations } from './conversations.ts'
import { leans, takesUp } from './leaning.ts'
import { asksAbout, readingOf } from './reading.ts'
import { asksForMore, smallTalk } from './small-talk.ts'
import {
  agreement,
  type Beliefs,
  believe,
  believeQuoted,
  evidenceOf,
  likenessesIn,
  mostBelieved,
} from './subject.ts'
import type { Turn } from './turn.ts'

/** What is said in a conversation. */
export interface Said extends Omit<Question, 'focus'> {
  /** As an earlier reply gave it; null begins a conversation. */
  readonly conversationId: string | null
}

export interface Conversing extends Answering {
  readonly conversations: Conversations
}

export interface Reply {
  readonly conversationId: string
  /** What was searched for: the question so that it stands alone. */
  readonly interpretedAs: string
  readonly answer: Answer
}

type Read = Pick<Reply, 'answer' | 'interpretedAs'> &
  Pick<Turn, 'searched' | 'focus'> & {
    readonly beliefs: Beliefs
  }

/** Documents whose pronouns are compared with those of the questions. */
const COMPARED = 5

/** How much of each document is looked at for that, in UTF-16 code units: it tells as well as the whole. */
const AGREEING = 50_000

/** All that there are: the cross-encoder reads no more sentences. */
const ALL = 10

/** Of so many turns "the" something may be taken up. */
const TAKEN_UP = 10

const NO_MORE = 'There is nothing more on this in the documents.'

/**
 * Answers what is said in a conversation as if it had been asked in full, and remembers it. Throws
 * `conversation-unknown` for a conversation that never was or is forgotten.
 */
export async function converse(said: Said, conversing: Conversing): Promise<Reply> {
  const { conversations } = conversing
  const history = said.conversationId === null ? [] : await conversations.turns(said.conversationId)
  if (history === null) throw unknownConversation()
  const { answer, interpretedAs, searched, focus, beliefs } = await read(said, history, conversing)
  const { answered, text, confidence } = answer
  const quotes = answer.quotes.map(quoteToJson)
  const closest = answer.closest.map(quoteToJson)
  const shown = [...quotes, ...closest].map(({ citation }) => citation.documentId)
  const conversationId = said.conversationId ?? (await conversations.start())
  const isKept = await conversations.add(conversationId, {
    question: said.question,
    interpretedAs,
    searched,
    answered,
    answer: text,
    confidence,
    quotes,
    closest,
    focus,
    beliefs: [...(searched ? believeQuoted(beliefs, shown) : beliefs)],
  })
  if (!isKept) throw unknownConversation()
  return { conversationId, interpretedAs, answer }
}

/** The error for a conversation that never was, or is forgotten. */
export function unknownConversation(): FootnoteError {
  return new FootnoteError(
    'conversation-unknown',
    'There is no such conversation, or it is forgotten. Ask without conversationId to begin one.',
  )
}

async function read(said: Said, history: readonly Turn[], conversing: Conversing): Promise<Read> {
  const { question } = said
  const before: Beliefs = new Map(history.at(-1)?.beliefs)
  const talk = smallTalk(question)
  if (talk !== null) {
    const answer = withoutSearch(talk)
    return { answer, interpretedAs: question, searched: false, focus: null, beliefs: before }
  }
  const turns = history.filter(({ searched }) => searched)
  const last = turns.at(-1)
  if (last && asksForMore(question)) {
    const { interpretedAs, focus } = last
    const answer = await findMore(said, last, turns, conversing)
    return { answer, interpretedAs, searched: true, focus, beliefs: before }
  }
  return last && isLeaning(question, turns)
    ? readLeaning(said, turns, before, conversing)
    : readAlone(said, before, conversing)
}

async function readAlone(said: Said, before: Beliefs, conversing: Conversing): Promise<Read> {
  const answer = await answerQuestion(said, conversing)
  const candidates = answer.explanation.candidates.map(({ candidate }) => candidate)
  const beliefs = believe(before, false, [evidenceOf(candidates)])
  return { answer, interpretedAs: said.question, searched: true, focus: null, beliefs }
}

async function readLeaning(
  said: Said,
  turns: readonly Turn[],
  before: Beliefs,
  conversing: Conversing,
): Promise<Read> {
  const started = performance.now()
  const { question, documentIds } = said
  const asked = turns.map((turn) => turn.question)
  const joined = [...new Set([...asked.slice(0, 1), ...asked.slice(-1), question])].join(' ')
  const found = await Promise.all(
    [question, joined].map((text) => findPassages(text, { documentIds }, conversing)),
  )
  const evidences = found.map((passages) => evidenceOf(likenessesIn(passages)))
  const beliefs = believe(before, true, evidences)
  const subject = await findSubject(beliefs, [...asked, question], conversing.store)
  const reading = readingOf(question, turns.map(toSaid), subject?.title ?? null)
  const interpretedAs =
    asksAbout(question) && !(await isSpokenOf(question, reading, documentIds, conversing))
      ? question
      : reading
  const focus = subject && focusOn(subject.id, turns)
  const ms = performance.now() - started
  const answer = await answerQuestion({ ...said, question: interpretedAs, focus }, conversing)
  const timed = { ...answer, timings: { reading: ms, ...answer.timings } }
  return { answer: timed, interpretedAs, searched: true, focus, beliefs }
}

/**
 * Whether what comes first for a reading speaks of what the question names. If not, "What about the Kurds?" is
 * about the Kurds, not about what was asked before.
 */
async function isSpokenOf(
  question: string,
  reading: string,
  documentIds: readonly string[] | null,
  conversing: Conversing,
): Promise<boolean> {
  const { passages } = await findPassages(reading, { documentIds }, conversing)
  const [best] = passages
  if (!best) return false
  const spoken = stemsOf(best.passage.text)
  return topicStems(question).some((stem) => spoken.has(stem))
}

function isLeaning(question: string, turns: readonly Turn[]): boolean {
  const recent = turns.slice(-TAKEN_UP)
  const asked = recent.map((turn) => turn.question)
  const quoted = recent.flatMap(({ quotes }) => quotes.map(({ passage }) => passage.text))
  return leans(question) || takesUp(question, asked.concat(quoted))
}

/** What the last question was answered with goes on where its quotes ended. */
async function findMore(
  said: Said,
  last: Turn,
  turns: readonly Turn[],
  conversing: Conversing,
): Promise<Answer> {
  const shown = turns
    .filter(({ interpretedAs }) => interpretedAs === last.interpretedAs)
    .flatMap(({ quotes }) => quotes.map(toShown))
  const { interpretedAs: question, focus } = last
  const all = await answerQuestion({ ...said, question, focus, maxQuotes: ALL }, conversing)
  const further = all.quotes.filter(
    ({ passage, start, end }) =>
      !shown.some(
        (other) =>
          other.documentId === passage.document.id && other.start < end && start < other.end,
      ),
  )
  return withQuotes(all, further.slice(0, said.maxQuotes), NO_MORE)
}

/** The document that a conversation is most likely about; null where none is known. */
async function findSubject(
  beliefs: Beliefs,
  questions: readonly string[],
  store: Store,
): Promise<DocumentSummary | null> {
  const documents = await Promise.all(
    mostBelieved(beliefs, COMPARED).map((id) => store.document(id)),
  )
  const [best] = documents
    .flatMap((document) => {
      if (!document) return []
      const belief =
        (beliefs.get(document.id) ?? 0) + agreement(questions, document.text.slice(0, AGREEING))
      return { document, belief }
    })
    .toSorted((a, b) => b.belief - a.belief)
  return best?.document ?? null
}

function focusOn(documentId: string, turns: readonly Turn[]): Focus {
  const [first] = turns.findLast((turn) => turn.quotes.length > 0)?.quotes ?? []
  const isThere = first?.citation.documentId === documentId
  return {
    documentId,
    paragraph: isThere ? first.citation.paragraph : null,
    shown: turns.flatMap((turn) => turn.quotes.slice(0, 1).map(toShown)),
  }
}

function toShown({
  citation: { documentId, start, end },
}: QuoteJson): Span & { documentId: string } {
  return { documentId, start, end }
}

function toSaid({ interpretedAs, quotes }: Turn) {
  return {
    interpretedAs,
    quotes: quotes.map(({ text, citation, passage }) => {
      return { text, title: citation.title, passage: passage.text }
    }),
  }
}
