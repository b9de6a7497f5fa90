/** What is said back to words that ask for nothing, by the words; the first that fits counts. */
const REPLIES = [
  { reply: 'You are welcome.', said: 'thanks thank thx ty cheers appreciated' },
  { reply: 'Goodbye.', said: 'bye goodbye' },
  {
    reply: 'Hello. Ask a question about the documents.',
    said: 'hi hello hey greetings morning afternoon evening',
  },
  {
    reply: 'Good. Ask whatever else you want to know.',
    said: 'ok okay k great good nice cool perfect fine alright right yes yeah yep no nope understood wow interesting excellent',
  },
  {
    reply:
      'Ask a question in your own words, and the sentences of the documents that answer it are quoted.',
    said: 'help',
  },
].map(({ reply, said }) => ({ reply, said: new Set(said.split(' ')) }))

/** Words that go with those. */
const BESIDE = new Set(
  'a all and for got i it lot me much oh see so that the there to very well you your'.split(' '),
)

const MORE =
  /^(?:(?:and|some|any|show|give|tell|please|me) )*(?:more|next|continue|go on|anything else|what else)(?: (?:quotes?|please))*$/u

/** What to reply to words that ask for nothing ("thanks", "hi", "ok"); null where something is asked. */
export function smallTalk(said: string): string | null {
  const words = wordsOf(said)
  const meant = words.filter((word) => !BESIDE.has(word))
  const isOnlyTalk = meant.every((word) => REPLIES.some((known) => known.said.has(word)))
  if (!isOnlyTalk) return null
  const found = REPLIES.find((known) => words.some((word) => known.said.has(word)))
  return found?.reply ?? null
}

/** Whether further quotes are asked for, on what was asked before. */
export function asksForMore(said: string): boolean {
  return MORE.test(wordsOf(said).join(' '))
}

function wordsOf(said: string): string[] {
  return said.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
