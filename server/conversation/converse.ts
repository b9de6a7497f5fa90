import { FootnoteError } from '../../index/errors.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import {
  type Answer,
  answerQuestion,
  type Answering,
  type Question,
  withoutSearch,
  withQuotes,
} from '../answer/answer.ts'
import { toStoredReply } from '../answer/stored-reply.ts'
import type { ConversationStore } from '../state/state.ts'
import type { StoredTurn } from '../state/stored.ts'
import { isLeaning, readLeaning } from './read-leaning.ts'
import { type Beliefs, believe, believeQuoted, evidenceOf } from './subject.ts'
import { spanOf } from './turn.ts'

/** What is said in a conversation. */
export interface Said extends Omit<Question, 'focus'> {
  /** As an earlier reply gave it; null begins a conversation. */
  readonly conversationId: string | null
  /** Aborted when nobody waits for the answer any more: it is then not remembered. */
  readonly signal?: AbortSignal
}

export interface Conversing extends Answering {
  readonly conversations: ConversationStore
  /** What answers questions: `answerQuestion` itself unless given. */
  readonly answer?: typeof answerQuestion
}

export interface Reply {
  readonly conversationId: string
  /** What was searched for: the question so that it stands alone. */
  readonly interpretedAs: string
  readonly answer: Answer
}

type Read = Pick<Reply, 'answer' | 'interpretedAs'> &
  Pick<StoredTurn, 'searched' | 'focus'> & {
    readonly beliefs: Beliefs
  }

/** All that there are: the cross-encoder reads no more sentences. */
const ALL = 10

/**
 * Answers what is said in a conversation as if it had been asked in full, and remembers it. Throws
 * `conversation-unknown` for a conversation that never was or is forgotten.
 */
export async function converse(said: Said, conversing: Conversing): Promise<Reply> {
  const { conversations } = conversing
  const history = said.conversationId === null ? [] : await conversations.turns(said.conversationId)
  if (history === null) throw unknownConversation()
  const { answer, interpretedAs, searched, focus, beliefs } = await read(said, history, conversing)
  said.signal?.throwIfAborted()
  const shown = [...answer.quotes, ...answer.closest].map(({ passage }) => passage.document.id)
  const turn: StoredTurn = {
    ...toStoredReply(answer, { question: said.question, interpretedAs }),
    searched,
    focus,
    beliefs: [...(searched ? believeQuoted(beliefs, shown) : beliefs)],
  }
  if (said.conversationId === null) {
    return { conversationId: await conversations.begin(turn), interpretedAs, answer }
  }
  if (!(await conversations.add(said.conversationId, turn))) throw unknownConversation()
  return { conversationId: said.conversationId, interpretedAs, answer }
}

/** The error for a conversation that never was, or is forgotten. */
export function unknownConversation(): FootnoteError {
  return new FootnoteError(
    'conversation-unknown',
    'There is no such conversation, or it is forgotten. Ask without conversationId to begin one.',
  )
}

async function read(
  said: Said,
  history: readonly StoredTurn[],
  conversing: Conversing,
): Promise<Read> {
  const { question, documentIds } = said
  const before: Beliefs = new Map(history.at(-1)?.beliefs)
  const language = languageOfQuestion(question, await conversing.store.languages(documentIds))
  const smallTalk = language.smallTalkReply(question)
  if (smallTalk !== null) {
    const answer = withoutSearch(smallTalk)
    return { answer, interpretedAs: question, searched: false, focus: null, beliefs: before }
  }
  const turns = history.filter(({ searched }) => searched)
  const last = turns.at(-1)
  if (last && language.asksForMore(question)) {
    const { interpretedAs, focus } = last
    const answer = await findMore(said, last, turns, language.replies.noMore, conversing)
    return { answer, interpretedAs, searched: true, focus, beliefs: before }
  }
  if (!last || !isLeaning(question, turns)) return readAlone(said, before, conversing)
  const started = performance.now()
  const leaning = await readLeaning(said, turns, before, conversing)
  const reading = performance.now() - started
  const { interpretedAs, focus } = leaning
  const answer = await answerIn(conversing, { ...said, question: interpretedAs, focus })
  const timings = { reading, ...answer.timings }
  return { ...leaning, answer: { ...answer, timings }, searched: true }
}

function answerIn(conversing: Conversing, question: Question): Promise<Answer> {
  const { answer = answerQuestion } = conversing
  return answer(question, conversing)
}

async function readAlone(said: Said, before: Beliefs, conversing: Conversing): Promise<Read> {
  const answer = await answerIn(conversing, said)
  const candidates = answer.explanation.candidates.map(({ candidate }) => candidate)
  const beliefs = believe(before, false, evidenceOf(candidates))
  return { answer, interpretedAs: said.question, searched: true, focus: null, beliefs }
}

/** What the last question was answered with goes on where its quotes ended. */
async function findMore(
  said: Said,
  last: StoredTurn,
  turns: readonly StoredTurn[],
  noMore: string,
  conversing: Conversing,
): Promise<Answer> {
  const shown = turns
    .filter(({ interpretedAs }) => interpretedAs === last.interpretedAs)
    .flatMap(({ quotes }) => quotes.map(spanOf))
  const { interpretedAs: question, focus } = last
  const all = await answerIn(conversing, { ...said, question, focus, maxQuotes: ALL })
  const further = all.quotes.filter(
    ({ passage, start, end }) =>
      !shown.some(
        (other) =>
          other.documentId === passage.document.id && other.start < end && start < other.end,
      ),
  )
  return withQuotes(all, further.slice(0, said.maxQuotes), noMore)
}
