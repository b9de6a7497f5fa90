export const HOUR_MS = 3_600_000

/** How long the ids of deliveries are kept (Slack repeats an event for some minutes), and the replies that buttons refer to. */
export const DAY_MS = 24 * HOUR_MS

/** Older deliveries are not handled any more: nobody waits for them. */
export const UNHANDLED_TTL_MS = 15 * 60_000

/** How long a place is remembered after the last question in it. */
export const PLACE_TTL_MS = 30 * DAY_MS
