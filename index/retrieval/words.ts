/**
 * English words that say how a question is asked, not what about: BM25 over them costs time and finds
 * nothing.
 */
const STOP_WORDS = new Set(
  `a about above after again all also am an and any are as at be because been before being below between
  both but by can could did do does doing down during each few for from further had has have having he
  her here hers herself him himself his how i if in into is it its itself just let me more most my myself
  no nor not now of off on once only or other our ours ourselves out over own please same shall she should
  so some such tell than that the their theirs them themselves then there these they this those through to
  too under until up us very was we were what when where which while who whom whose why will with would
  you your yours yourself yourselves s t d ll m re ve don`.split(/\s+/),
)

/** More than a question of 1,000 characters has, in any language that has words. */
const MAX_WORDS = 200

/** A text's words, lower-cased: runs of letters, marks and digits. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}

/** The words to search for: each once, without stop words, unless there are no others. */
export function searchWords(question: string): string[] {
  const all = [...new Set(words(question))].slice(0, MAX_WORDS)
  const telling = all.filter((word) => !STOP_WORDS.has(word))
  return telling.length > 0 ? telling : all
}
