import type { LiveIndex } from '../index/live-index.ts'
import type { DocumentSummary, Outline, StoredDocument } from '../index/storage/storage.ts'
import { FootnoteError } from '../index/errors.ts'
import type { AnswerCache } from './answer/answer-cache.ts'
import type { Ask, QuestionQueue } from './conversation/question-queue.ts'
import type { ConversationStore, FeedbackStore } from './state/state.ts'

/**
 * What Footnote does, for every kind of client: HTTP, Slack, the command line, evaluation and tests. Whatever reads the
 * index throws `index-corrupt` where that is damaged.
 */
export interface Service {
  readonly ask: Ask
  /** All documents, by id. */
  documents(): Promise<DocumentSummary[]>
  /** A document with its text. Throws `document-unknown`. */
  document(id: string): Promise<StoredDocument>
  /** A document with its paragraphs and headings, for its page. Throws `document-unknown`. */
  documentWithOutline(id: string): Promise<DocumentWithOutline>
  /** Those of the ids that no document has. */
  missingDocuments(ids: readonly string[]): Promise<string[]>
  readonly conversations: ConversationStore
  readonly feedback: FeedbackStore
  /** Whether the index was found damaged; a new one is taken up as soon as it is built. */
  isIndexDamaged(): boolean
  /** What metrics tell of now. */
  status(): ServiceStatus
}

export interface DocumentWithOutline {
  readonly document: StoredDocument
  readonly outline: Outline
}

export interface ServiceStatus {
  /** Questions that wait and run now. */
  readonly questions: ReturnType<QuestionQueue['counts']>
  /** What the cache of answers holds. */
  readonly answers: ReturnType<AnswerCache['counts']>
  /** The generation of the index that is served. */
  readonly generation: string
}

/** What a service is made of. */
export interface ServiceParts {
  readonly index: LiveIndex
  readonly conversations: ConversationStore
  readonly feedback: FeedbackStore
  readonly cache: AnswerCache
  readonly queue: QuestionQueue
  /** Asks the queue, with whatever is to happen around a question. */
  readonly ask: Ask
}

/** Makes the service of its parts. */
export function createService(parts: ServiceParts): Service {
  const { index, conversations, feedback, cache, queue, ask } = parts
  return {
    ask,
    documents: () => index.use((store) => store.documents()),
    document: (id) => index.use(async (store) => known(await store.document(id))),
    documentWithOutline: (id) =>
      index.use(async (store) => {
        const document = known(await store.document(id))
        return { document, outline: await store.outline(id) }
      }),
    missingDocuments: (ids) => index.use((store) => store.missingDocuments(ids)),
    conversations,
    feedback,
    isIndexDamaged: () => index.isDamaged(),
    status: () => {
      return { questions: queue.counts(), answers: cache.counts(), generation: index.generation }
    },
  }
}

function known(document: StoredDocument | null): StoredDocument {
  if (document) return document
  throw new FootnoteError('document-unknown', 'There is no document with this id.')
}
