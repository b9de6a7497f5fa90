/**
 * How often the served generation is asked for, in ms. PostgreSQL could report it (LISTEN), but not from a standby, and not through a
 * pooler.
 */
const POLL_MS = 1000

/** Calls `listener` when `served` gives another generation than before. Gives a function that stops the watching. */
export function watchGenerations(
  served: () => Promise<string | null>,
  listener: () => void,
): () => void {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  // Until the first answer, any generation may be new.
  let last: string | null | undefined
  const poll = async (isFirst: boolean) => {
    try {
      const now = await served()
      const isNew = !isFirst && now !== last
      last = now
      if (isNew && !isStopped) listener()
    } catch {
      // The database may be starting again. The next poll asks it.
    }
    if (!isStopped) timer = setTimeout(() => void poll(false), POLL_MS).unref()
  }
  void poll(true)
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
