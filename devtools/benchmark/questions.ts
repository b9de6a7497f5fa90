import { setTimeout } from 'node:timers/promises'
import { foldSpace } from '../../index/embedded-texts.ts'
import { type AnswerJson, answer } from '../../server/answer/answer-schema.ts'

/** Asked of the document that ships, in the words of people who have not read it. */
const FORMS = [
  (who: string) => `Why did ${who} not act?`,
  (who: string) => `What did ${who} want of the militias?`,
  (who: string) => `How did ${who} answer the arrests?`,
  (who: string) => `When did ${who} visit Baghdad?`,
  (who: string) => `Who supported ${who}?`,
  (who: string) => `What does ${who} have to do with the prime minister?`,
  (who: string) => `What happened to ${who}?`,
  (who: string) => `Where was ${who} released?`,
]

const NAMES = [
  'Iran',
  'Kadhimi',
  'Falah al-Fayyad',
  'Soleimani',
  'the parliament in Baghdad',
  'Israel',
  'the Kurds',
  'Hezbollah',
  'the United States',
  'the army',
  'Saudi Arabia',
  'the capital of Peru',
]

const TIMES = ['', ' in July', ' at first', ' in the end', ' this year', ' before the vote']

/** The i-th of many questions, no two of which are the same: what is asked again is kept, and measures no model. */
export function questionNumber(i: number): string {
  const form = FORMS[i % FORMS.length] ?? String
  const name = NAMES[Math.floor(i / FORMS.length) % NAMES.length] ?? ''
  const round = Math.floor(i / (FORMS.length * NAMES.length))
  const time = TIMES[round] ?? ` in round ${round}`
  return form(name).replace(/\?$/, `${time}?`)
}

/** Asks over HTTP; throws where there is no answer. */
export async function ask(url: string, question: string, explain = false): Promise<AnswerJson> {
  const response = await post(url, question, explain)
  if (!response.ok) throw new Error(`${response.status} for ${question}`)
  return answer.parse(await response.json())
}

/** Who asks at once where many do. */
export const CLIENTS = 64

/** Asks over HTTP, and comes back as often as it is told to. */
export async function askUntilAnswered(url: string, question: string): Promise<AnswerJson> {
  for (;;) {
    const response = await post(url, question)
    const body: unknown = await response.json()
    if (response.ok) return answer.parse(body)
    if (response.status !== 503) throw new Error(`${response.status} for ${question}`)
    await setTimeout(Number(response.headers.get('Retry-After')) * 1000 * (0.5 + Math.random()))
  }
}

/** Asks over HTTP, whatever comes of it. */
export function post(url: string, question: string, explain = false): Promise<Response> {
  return fetch(`${url}/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ question, explain }),
  })
}

/** The texts that the cross-encoder read for an explained answer, under the title of their document, which has no headings. */
export function textsRead({ explanation, quotes, closest }: AnswerJson): string[] {
  const title = [...quotes, ...closest][0]?.citation.title ?? ''
  const sentences = explanation?.candidates.flatMap(({ logit, text }) =>
    logit === null ? [] : text,
  )
  const whole = [...quotes, ...closest].slice(0, explanation?.passagesRead)
  return [...(sentences ?? []), ...whole.map(({ passage }) => passage.text)].map((text) =>
    foldSpace(`${title}: ${text}`),
  )
}
