import { setImmediate } from 'node:timers/promises'

/**
 * Collects the items that are added during one turn of the event loop, and writes them together: a transaction for
 * each item would take longer than its work. `write` returns a result for each item, in order.
 *
 * @returns a function that adds an item, and resolves with its result once it is written
 */
export function inBatches<Item, Result>(
  write: (items: readonly Item[]) => readonly Result[],
): (item: Item) => Promise<Result | undefined> {
  let batch: { readonly items: Item[]; readonly written: Promise<readonly Result[]> } | null = null
  const begin = () => {
    const items: Item[] = []
    const writeAll = () => {
      batch = null
      return write(items)
    }
    return { items, written: setImmediate().then(writeAll) }
  }
  return async (item) => {
    batch ??= begin()
    const { items, written } = batch
    const position = items.push(item) - 1
    return (await written)[position]
  }
}
