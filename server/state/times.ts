export const HOUR_MS = 3_600_000

/** How long the ids of deliveries are kept (Slack repeats an event for some minutes), and the replies that buttons refer to. */
export const DAY_MS = 24 * HOUR_MS

/** Older deliveries are not handled any more: nobody waits for them. */
export const UNHANDLED_TTL_MS = 15 * 60_000

/** How long a place is remembered after the last question in it. */
export const PLACE_TTL_MS = 30 * DAY_MS

/** How long webhooks are kept that nobody took: longer than all attempts take. What is older is for an address that is no longer set. */
export const WEBHOOK_TTL_MS = 2 * DAY_MS

/** How long it is remembered that something was reported which is no longer the case. Servers may serve two generations for a moment. */
export const NEWS_TTL_MS = 3_600_000

/** The oldest webhooks beyond this number are forgotten, so that nobody can fill the disk while an address takes none. */
export const MAX_WEBHOOKS = 10_000
