/** Questions about the shipped document, in the words of people who have not read it. */
const TEMPLATES = [
  (name: string) => `Why did ${name} not act?`,
  (name: string) => `What did ${name} want of the militias?`,
  (name: string) => `How did ${name} answer the arrests?`,
  (name: string) => `When did ${name} visit Baghdad?`,
  (name: string) => `Who supported ${name}?`,
  (name: string) => `What does ${name} have to do with the prime minister?`,
  (name: string) => `What happened to ${name}?`,
  (name: string) => `Where was ${name} released?`,
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

/**
 * A question about the shipped document: another one for each number from 0. A repeated question
 * would be answered from the answer cache, so that it would measure no model.
 */
export function sampleQuestion(number: number): string {
  const template = TEMPLATES[number % TEMPLATES.length] ?? String
  const name = NAMES[Math.floor(number / TEMPLATES.length) % NAMES.length] ?? ''
  const round = Math.floor(number / (TEMPLATES.length * NAMES.length))
  const time = TIMES[round] ?? ` in round ${round}`
  return template(name).replace(/\?$/, `${time}?`)
}
