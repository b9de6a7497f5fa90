import { type DocumentProblem, problemFinder } from '../index/documents/source-files.ts'
import type { Inference } from '../index/inference/inference.ts'
import type { LiveIndex } from '../index/live-index.ts'
import type { DocumentSummary, Outline, StoredDocument } from '../index/storage/storage.ts'
import type { Span } from '../index/span.ts'
import { FootnoteError } from '../index/errors.ts'
import type { VisibleCollections } from './access/caller.ts'
import { Keys } from './access/keys.ts'
import type { Signatures } from './access/signatures.ts'
import type { AnswerCache } from './answer/answer-cache.ts'
import { type PagePlace, pagePlaceOf } from './answer/page-place.ts'
import type { LinkTo } from './answer/quote-url.ts'
import type { CheckDesk } from './check/check-desk.ts'
import { conversationsWithin } from './conversation/conversations-within.ts'
import type { Ask, QuestionQueue } from './conversation/question-queue.ts'
import type { Desk } from './desk/desk.ts'
import { indexWithin, type ReadableIndex } from './index-within.ts'
import type { Originals } from './originals.ts'
import type { Questions } from './questions/questions.ts'
import type {
  AuditLog,
  ConversationStore,
  FeedbackStore,
  RequestCounts,
  State,
} from './state/state.ts'
import type { Verify } from './verification/verification-queue.ts'
import type { VouchingDesk } from './vouched/vouching.ts'
import type { FoundProposals, ProposalFinder, SoughtProposals } from './words/proposals.ts'
import type { Words } from './words/words.ts'

/**
 * The interface of Footnote for every client: HTTP, Slack, the command line, evaluation and tests. Each method that reads
 * the index rejects with `index-corrupt` if the index is damaged.
 */
export interface Service {
  readonly ask: Ask
  readonly verify: Verify
  /** All documents, by id. */
  documents(): Promise<ListedDocument[]>
  /** The files that the last build could not read, by name. */
  problems(): Promise<DocumentProblem[]>
  /** A document with its text. Throws `document-unknown`. */
  document(id: string): Promise<StoredDocument>
  /** A document with its paragraphs, headings and pages, for its page. Throws `document-unknown`. */
  documentWithOutline(id: string): Promise<DocumentWithOutline>
  /** The ids of the documents of a collection; empty if there is no such collection. */
  documentsIn(collection: string): Promise<string[]>
  /** Where a span of a document stands on its pages; null where there is no such document, or it has no pages. */
  pagePlace(id: string, span: Span): Promise<PagePlace | null>
  /** See {@link ProposalFinder}. */
  wordProposals(sought: SoughtProposals): Promise<FoundProposals>
  /** The files of the documents. */
  readonly originals: Originals
  /** What is done with documents at the desk. */
  readonly desk: Desk
  /** The given ids that belong to no document. */
  missingDocuments(ids: readonly string[]): Promise<string[]>
  readonly conversations: ConversationStore
  readonly feedback: FeedbackStore
  readonly vouching: VouchingDesk
  readonly words: Words
  /** Questions with the quotes that should come, and the threshold. */
  readonly checks: CheckDesk
  /** The questions that are kept; null where none are. */
  readonly questions: Questions | null
  /** The keys that people send, with their rights. */
  readonly keys: Keys
  /** The log of what was changed at the desk. */
  readonly audit: AuditLog
  /** What this installation signs links and sessions with. */
  readonly signatures: () => Promise<Signatures>
  /** Makes the addresses in citations. */
  readonly linkTo: LinkTo
  /** The same service for somebody who may see only these collections: for them, no other documents exist. */
  within(collections: VisibleCollections): Service
  /** The requests of clients, counted over several servers; null where this server counts alone. */
  readonly requests: RequestCounts | null
  /** Rejects where conversations cannot be read or written now. */
  checkState(): Promise<void>
  /** Whether the index was found damaged. The server loads the next build by itself. */
  isIndexDamaged(): boolean
  /** Whether the models answer. False while no machine that runs them can be reached. */
  areModelsAvailable(): boolean
  /** The current values for the metrics. */
  status(): ServiceStatus
}

export interface ListedDocument extends DocumentSummary {
  /** Why its file or its folder cannot be read now, so that it is served as it was before; null where nothing is wrong. */
  readonly problem: string | null
}

export interface DocumentWithOutline {
  readonly document: StoredDocument
  readonly outline: Outline
}

export interface ServiceStatus {
  /** The numbers of questions that wait and that run. */
  readonly questions: ReturnType<QuestionQueue['counts']>
  /** The size of the answer cache, and its hits and misses. */
  readonly answers: ReturnType<AnswerCache['counts']>
  /** The generation of the index that is served. */
  readonly generation: string
}

/** The parts of a service. */
export interface ServiceParts {
  readonly index: LiveIndex
  readonly inference: Inference
  readonly state: State
  readonly vouching: VouchingDesk
  readonly desk: Desk
  readonly words: Words
  readonly checks: CheckDesk
  readonly proposals: ProposalFinder
  /** Gives the files of the documents in an index. */
  readonly originals: (index: ReadableIndex) => Originals
  readonly cache: AnswerCache
  readonly queue: QuestionQueue
  /** Asks the queue; wrapped by metrics, and by the question log and what keeps questions where they are on. */
  readonly ask: Ask
  /** The feedback of people who may see these collections. */
  readonly feedbackWithin: (visible: VisibleCollections) => FeedbackStore
  readonly questions: Questions | null
  readonly verify: Verify
  readonly signatures: () => Promise<Signatures>
  readonly linkTo: LinkTo
}

/** Creates the service from its parts. */
export function createService(parts: ServiceParts): Service {
  return serviceWithin(null, parts, new Keys(parts.state.records))
}

function serviceWithin(visible: VisibleCollections, parts: ServiceParts, keys: Keys): Service {
  // The same for everybody.
  const { desk, vouching, words, questions, checks, signatures, linkTo } = parts
  const { state, cache, queue } = parts
  const index = indexWithin(parts.index, visible)
  return {
    ask: (request, options) => parts.ask({ ...request, visible }, options),
    verify: (draft, options) => parts.verify({ ...draft, visible }, options),
    documents: () =>
      index.use(async (store) => {
        const problemOf = problemFinder(await store.problems())
        return Array.from(await store.documents(), (document) => {
          return Object.assign(document, { problem: problemOf(document)?.reason ?? null })
        })
      }),
    problems: () => index.use((store) => store.problems()),
    document: (id) => index.use(async (store) => requireDocument(await store.document(id))),
    documentWithOutline: (id) =>
      index.use(async (store) => {
        const document = requireDocument(await store.document(id))
        return { document, outline: await store.outline(id) }
      }),
    documentsIn: (collection) => index.use((store) => store.documentsIn(collection)),
    wordProposals: (sought) => index.use((store) => parts.proposals.find(store, sought)),
    pagePlace: (id, span) => index.use((store) => pagePlaceOf(id, span, store)),
    desk,
    originals: parts.originals(index),
    missingDocuments: (ids) => index.use((store) => store.missingDocuments(ids)),
    vouching,
    conversations: conversationsWithin(state.conversations, visible),
    feedback: parts.feedbackWithin(visible),
    questions,
    words,
    checks,
    keys,
    audit: state.audit,
    signatures,
    linkTo,
    within: (collections) => serviceWithin(collections, parts, keys),
    requests: state.requests,
    checkState: () => state.check(),
    isIndexDamaged: () => parts.index.isDamaged(),
    areModelsAvailable: () => parts.inference.isAvailable(),
    status: () => {
      const { generation } = parts.index
      return { questions: queue.counts(), answers: cache.counts(), generation }
    },
  }
}

function requireDocument(document: StoredDocument | null): StoredDocument {
  if (document) return document
  throw new FootnoteError('document-unknown', 'There is no document with this id.')
}
