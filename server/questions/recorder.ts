import type { AskRequest, Reply } from '../conversation/converse.ts'
import type { Ask } from '../conversation/question-queue.ts'
import { quoteText } from '../answer/quotes.ts'
import type { Log } from '../log.ts'
import type { VisibleCollections } from '../access/caller.ts'
import type { AskedQuestion, FeedbackStore, QuestionStore } from '../state/state.ts'
import type { FoundPlace } from '../state/stored.ts'
import type { Grouping } from './grouping.ts'

/** How long questions wait to be written together, in ms. */
const WRITE_EVERY_MS = 1000

/** How many questions wait at most: where writing takes long or fails, further ones are not kept. */
const MAX_WAITING = 1000

/** How many places are kept of a question, and how much of their text, in UTF-16 code units. */
const MAX_FOUND = 3
const MAX_TEXT = 300

/** Keeps questions, in the background: an answer never waits for it, and never fails because of it. */
export class Recorder {
  readonly #store: QuestionStore
  readonly #grouping: Grouping
  readonly #log: Log
  #waiting: AskedQuestion[] = []
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  #hasFailed = false

  constructor(parts: {
    readonly store: QuestionStore
    readonly grouping: Grouping
    readonly log: Log
  }) {
    this.#store = parts.store
    this.#grouping = parts.grouping
    this.#log = parts.log
  }

  /** Wraps `ask`: a question is kept once it is answered, unless it is private. Small talk and "more" are no questions. */
  recording(ask: Ask): Ask {
    return async (request, options) => {
      const reply = await ask(request, options)
      if (reply.isQuestion && !request.isPrivate) this.#add(askedQuestion(request, reply))
      return reply
    }
  }

  /** Wraps a store of feedback, for people who may see these collections: feedback also counts for the question. */
  judging(feedback: FeedbackStore, collections: VisibleCollections): FeedbackStore {
    return {
      all: () => feedback.all(),
      give: async (name, reply, helpful) => {
        await feedback.give(name, reply, helpful)
        const { interpretedAs } = reply
        // The question may not be written yet.
        this.#write(() => this.#store.judge({ interpretedAs, collections }, name, helpful))
      },
    }
  }

  /** Writes all questions that wait, and resolves once that is done, or has failed. */
  flush(): Promise<void> {
    this.#write()
    return this.#writing
  }

  #add(question: AskedQuestion): void {
    if (this.#waiting.length === MAX_WAITING) return
    this.#waiting.push(question)
    this.#timer ??= setTimeout(() => this.#write(), WRITE_EVERY_MS).unref()
  }

  /** Writes the questions that wait after what is being written, and then does `next`. */
  #write(next?: () => Promise<void>): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#writing = this.#writeAfter(this.#writing, next)
  }

  async #writeAfter(before: Promise<void>, next?: () => Promise<void>): Promise<void> {
    await before
    try {
      const asked = this.#waiting
      this.#waiting = []
      if (asked.length > 0) {
        await this.#store.record(asked)
        await this.#grouping.run()
        this.#hasFailed = false
      }
      await next?.()
    } catch (error) {
      if (!this.#hasFailed) this.#log.error({ err: error }, 'questions cannot be kept')
      this.#hasFailed = true
    }
  }
}

function askedQuestion(
  { question, visible = null }: AskRequest,
  { interpretedAs, answer }: Reply,
): AskedQuestion {
  const { answered, confidence, quotes, closest, vector } = answer
  return {
    question,
    interpretedAs,
    collections: visible,
    answered,
    confidence,
    found: [...quotes, ...closest].slice(0, MAX_FOUND).map(foundPlace),
    askedAtMs: Date.now(),
    vector,
  }
}

function foundPlace(quote: Parameters<typeof quoteText>[0]): FoundPlace {
  const { passage, start, end } = quote
  const { id: documentId, title } = passage.document
  return { documentId, title, start, end, text: shortened(quoteText(quote)) }
}

/** The beginning of a text; no character is cut in two. */
function shortened(text: string): string {
  if (text.length <= MAX_TEXT) return text
  return `${text.slice(0, MAX_TEXT).replace(/[\uD800-\uDBFF]$/, '')}…`
}
