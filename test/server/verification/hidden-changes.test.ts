import { describe, expect, test } from 'vitest'
import { openWords } from '../../support/serve-words.ts'

const LEASE = `The Tenant can sublet the attic. The rent may not be increased by more than 3.5% in any year. The Landlord shall pay the tax of $200 a month. Nobody shall keep pets.

Either party is liable for 8% per year. Neither guest is liable for the 80 plates. Do not let the butter brown. The fee of €1,250.50 is due.

The profit fell by −€30 million, a change of –5%, at a pressure of 10⁻³ bar. The loft has 120 m² and 1½ doors, and the notice is 2–3 months.

The roof is old.[4] It was built in 1890,[5] it is cold there, and it never leaks; under no circumstances, whatever the neighbours say, may it be painted red.`

async function verifier() {
  const { service } = await openWords({}, { files: { 'lease.md': LEASE } })
  return async (text: string) => {
    const verified = await service.verify({ text, documentIds: null, threshold: 1 })
    return verified
      .flatMap((sentence) => [sentence, sentence.quotations].flat())
      .map(({ verdict }) => verdict)
  }
}

describe('a draft in which a change is hidden is never quoted', () => {
  test.each([
    // By an ellipsis
    'The rent … increased by more than 3.5% in any year.',
    'The Landlord … shall keep pets.',
    '… let the butter brown.',
    'The roof is old … it is cold there, and it … leaks',
    'It was built in 1890 … may it be painted red.',
    'May it be painted red.',
    // By brackets
    '[E]ither guest is liable for the 80 plates.',
    '[Any]body shall keep pets.',
    '[Every]body shall keep pets.',
    'The Tenant can[not] sublet the attic.',
    'The Tenant can[’t] sublet the attic.',
    'The Tenant can[ not] sublet the attic.',
    'Either party is[n’t] liable for 8% per year.',
    'Either party is liable for [eighty] % per year.',
    'Either party is liable for [V%] per year.',
    'Either party is liable for [a dozen] % per year.',
    'Either party is liable for 8[0]% per year.',
    'Either party is liable for [1]8% per year.',
    'Either party is liable for 8¹% per year.',
    'Either party is liable for 8% per [month].',
    'The Landlord shall pay the tax of $200 [million] a month.',
    'The Landlord shall pay the tax of $200 [m] a month.',
    'The rent may not be increased by more than 3.5[9] % in any year.',
    'The rent may not be increased by more than 3.5% in any year [in June].',
    'The fee of €1,250.50[0] is due.',
    'The fee of €1,250.50 is due [in June].',
    'The fee of €1,250.50 is due [on Friday].',
    'The [Landlord] can sublet the attic.',
    // By the writer's own words
    '“The Tenant can” not “sublet the attic.”',
    '“Either party is liable for” 80, no: “8% per year.”',
    'They never said: “The Tenant can sublet the attic.”',
    // By signs
    'The profit fell by €30 million, a change of –5%, at a pressure of 10⁻³ bar.',
    'The profit fell by −€30 million, a change of 5%, at a pressure of 10⁻³ bar.',
    'The profit fell by −€30 million, a change of –5%, at a pressure of 10 bar.',
    'The profit fell by −€30 million, a change of –5%, at a pressure of 10³ bar.',
    'The fee of -€1,250.50 is due.',
    ...['–', '—', '- ', '﹣', '➖', '-\u200B', '⁻', '~', '.'].map(
      (sign) => `The rent may not be increased by more than ${sign}3.5% in any year.`,
    ),
    'The loft has 120 m and 1½ doors, and the notice is 2–3 months.',
    'The loft has 120 m² and 11/2 doors, and the notice is 2–3 months.',
    'The loft has 120 m² and 1½ doors, and the notice is 2 3 months.',
    'The loft has 120 m² and 1½ doors, and the notice is 2, 3 months.',
    'The Tenant can sublet the attic (?)',
    'The Tenant can sublet the attic ⁇',
    'The Tenant can sublet the attic⸮',
    // By markup
    'The rent may ~~not~~ be increased by more than 3.5% in any year.',
    'The rent may <del>not</del> be increased by more than 3.5% in any year.',
    'The rent may <s class="a">not</s> be increased by more than 3.5% in any year.',
    'The rent may <strike>not</strike> be increased by more than 3.5% in any year.',
    "The rent may <span style='display:none'>not</span> be increased by more than 3.5% in any year.",
    'The rent may <b hidden>not</b> be increased by more than 3.5% in any year.',
    'The rent may ![not](http://x) be increased by more than 3.5% in any year.',
    'The rent may <!-- not --> be increased by more than 3.5% in any year.',
  ])('%s', async (text) => {
    const verify = await verifier()
    const [whole] = await verify(text)
    expect(whole).not.toBe('quoted')
    expect(whole).not.toBe('similar')
  })
})

describe('what writers do with quotations is no change', () => {
  test.each([
    'The rent may not be increased … in any year.',
    'The Tenant can sublet the attic … The Landlord shall pay the tax of $200 a month.',
    'The Tenant can sublet the attic … Nobody shall keep pets.',
    '[He] can sublet the attic.',
    '[t]he Tenant can sublet the attic.',
    'The Tenant can sublet [it].',
    'The roof [of the house] is old.',
    'The roof is old.',
    'The roof is old.[4]',
    'It was built in 1890, it is cold there, and it never leaks;',
    'It was built in 1890,[5] it is cold there, and it never leaks;',
    'The profit fell by -€30 million, a change of −5 %, at a pressure of 10⁻³ bar.',
    'The loft has 120 m² and 1 1/2 doors, and the notice is 2-3 months.',
    'The text says “The Tenant can sublet the attic”.',
    '“The Tenant can,” the lease says, “sublet the attic.”',
    '- The Tenant can sublet the attic.',
    'The rent may **not** be increased by more than 3.5% in any year.',
    'The Landlord [shall] pay[s] the tax of $200 a month.',
  ])('%s', async (text) => {
    const verify = await verifier()
    const found = await verify(text)
    expect(found).toEqual(found.map(() => 'quoted'))
  })
})
