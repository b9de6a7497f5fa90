/**
 * Runs work in the background: what has the same key one after the other in the order that it came, all else side
 * by side. What rejects is told to `onError`, and holds nothing up.
 */
export function queueByKey(
  onError: (error: unknown) => void,
): (key: string, work: () => Promise<void>) => void {
  const last = new Map<string, Promise<void>>()
  const run = async (before: Promise<void> | undefined, work: () => Promise<void>) => {
    await before
    try {
      await work()
    } catch (error) {
      onError(error)
    }
  }
  return (key, work) => {
    const running = run(last.get(key), work).finally(() => {
      if (last.get(key) === running) last.delete(key)
    })
    last.set(key, running)
  }
}
