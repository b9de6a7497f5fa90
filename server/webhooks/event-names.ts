/** What webhooks report. */
export const EVENT_NAMES = [
  'answer.unanswered',
  'answer.disliked',
  'document.failed',
  'index.published',
] as const

export type EventName = (typeof EVENT_NAMES)[number]
