import type { Inference } from '../index/inference/inference.ts'
import type { LiveIndex } from '../index/live-index.ts'
import type { Conversations } from './conversation/conversations.ts'
import type { FeedbackStore } from './feedback/feedback.ts'

/** What questions are answered with, once it is loaded. */
export interface Service {
  readonly index: LiveIndex
  readonly inference: Inference
  readonly conversations: Conversations
  readonly feedback: FeedbackStore
  /** Below this calibrated confidence a sentence is no answer; 0 to 1. */
  readonly minConfidence: number
}
