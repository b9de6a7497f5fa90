import type { LiveIndex } from '../index/live-index.ts'
import type { Questions } from './conversation/questions.ts'
import type { ConversationStore, FeedbackStore } from './state/state.ts'

/** What requests are answered with, once it is loaded. */
export interface Service {
  readonly index: LiveIndex
  readonly questions: Questions
  readonly conversations: ConversationStore
  readonly feedback: FeedbackStore
}
