import type { LiveIndex } from '../index/live-index.ts'
import type { Conversations } from './conversation/conversations.ts'
import type { Questions } from './conversation/questions.ts'
import type { FeedbackStore } from './feedback/feedback.ts'

/** What requests are answered with, once it is loaded. */
export interface Service {
  readonly index: LiveIndex
  readonly questions: Questions
  readonly conversations: Conversations
  readonly feedback: FeedbackStore
}
