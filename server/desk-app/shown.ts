const NUMBER = new Intl.NumberFormat('en')
const TIME = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const UNITS = ['kB', 'MB', 'GB'] as const

/** A count with its noun: "1 document", "2,000 documents". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(count)} ${count === 1 ? one : many}`
}

/** How often: "once", "2,000 times". */
export function times(count: number): string {
  return count === 1 ? 'once' : `${NUMBER.format(count)} times`
}

/** A size of `bytes` in the unit that suits it: "512 bytes", "3.1 MB". */
export function size(bytes: number): string {
  let amount = bytes
  let shown: string = counted(bytes, 'byte')
  for (const unit of UNITS) {
    if (amount < 1000) break
    amount /= 1000
    shown = `${amount.toFixed(amount < 10 ? 1 : 0)} ${unit}`
  }
  return shown
}

/** A time (ISO 8601, or ms since 1970) in the time zone of who looks: "Mar 4, 2026, 3:05 PM". */
export function time(at: string | number): string {
  return TIME.format(new Date(at))
}
