import { describe, expect, test } from 'vitest'
import { openWords } from '../../support/serve-words.ts'

const LEASE = `The Tenant can sublet the attic. The rent may not be increased by more than 3.5% in any year. The Landlord shall pay the tax of $200 a month. Nobody shall keep pets.

Either party is liable for 8% per year. Neither guest is liable for the 80 plates. Do not let the butter brown. The fee of €1,250.50 is due.

The profit fell by −€30 million, a change of –5%, at a pressure of 10⁻³ bar. The loft has 120 m² and 1½ doors, and the notice is 2–3 months.

The roof is old.[4] It was built in 1890,[5] it is cold there, and it never leaks; under no circumstances, whatever the neighbours say, may it be painted red.`

const NEWS = `It has never been renovated. He did not resign. Nobody is above the law. There was no significant difference between the groups. On 3 May 2021 the board of the bank resigned. About 400 people use the library each day. Clinton met Arafat in Gaza.

Sales fell in June. 2019 was a good year for boats. Did he lie? No. Evidence was found in the flat. They met Anna. Smith left the house early.

Germany invaded Poland in 1939. Later Merkel and Macron met Xi. Twenty-five people died in the fire. The damage was 5 million. The fee was $5 million per year. The change was −7% in all.

Non-members may vote. The deposit is non-refundable. The Contractor may use the "Premises" under no circumstances at night. The fit was good (R² = 0.9). It lost aircraft over Hanoi. Payment is due within [30] days. World War II ended in 1945. Group A had 5 members. The first office was closed. The rating is BB−. The company will pay $3 million to the victims. The prime minister resigned. See Resolution No. 1546 on the matter. The ratio was 9·12 then.

3. Eat more fruit.

4. Eat more fish.

It is not true that the bridge was closed. Under no circumstances may staff accept gifts. The deal was worth $5bn. One hundred and fifty people died in the fire. It was minus 12 degrees in Minsk. Police said A. Smith left the party. The company failed to disclose the risk. 12% of the nurses quit. The vice president resigned. The CEO approved the plan, but the board did not. Sales → profit. The area is 5 × 10⁶ m. "I did not authorize the payment," said Doe, 45, "and I will pay every cent."`

async function verifier() {
  const { service } = await openWords({}, { files: { 'lease.md': LEASE, 'news.txt': NEWS } })
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
    'It has been “renovated”.',
    'He did “resign”.',
    'Everybody is “above the law”.',
    'There was a “significant difference between the groups”.',
    'They found “[a] significant difference between the groups”.',
    'On 4 June 2022, “the board of the bank resigned.”',
    'Only 40 “people use the library each day.”',
    'Bush “met Arafat in Gaza.”',
    '[France] invaded Poland in 1939.',
    'Later [Merkel] met Xi.',
    '“Either party is liable for” 80, no: “8% per year.”',
    'They never said: “The Tenant can sublet the attic.”',
    // By what stands beside it
    'No evidence was found in the flat.',
    'They met Anna Smith.',
    'Five people died in the fire.',
    'The damage was 5.',
    'The fee was $5 … per year.',
    'The change was … 7% in all.',
    'They spoke of “7%” in all.',
    'Members may vote.',
    'The deposit is … refundable.',
    'The Contractor may use the Premises.',
    'It lost [12] aircraft over Hanoi.',
    'Payment is due within days.',
    'World War [I] ended in 1945.',
    'Group [B] had 5 members.',
    'The [second] office was closed.',
    '5. Eat more fruit.',
    'The bridge was closed.[1]',
    'Summary\nThe bridge was closed.',
    '- The bridge was closed',
    'The deal was worth $5.',
    'Fifty people died in the fire.',
    'It was … 12 degrees in Minsk.',
    'B. Smith left the party.',
    'The company … disclose[d] the risk.',
    '[Most] of the nurses quit.',
    'The CEO never “approved the plan”.',
    'Sales ← profit.',
    'The area is 5 × 10 6 m.',
    // By signs
    'The fit was good (R = 0.9).',
    'The rating is BB.',
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
    expect(['altered', 'not-found']).toContain(whole)
  })
})

test.each([
  ['The mayor said, "The bridge was closed."', 'altered'],
  ['"The bridge was closed," the mayor said.', 'altered'],
  ['The rules say: "Staff [may] accept gifts."', 'altered'],
  ['They say that “the bridge was closed”.', 'quoted'],
])(
  'a quotation that is a statement of its own leaves out no negation: %s',
  async (text, verdict) => {
    const verify = await verifier()
    expect((await verify(text))[1]).toBe(verdict)
  },
)

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
    '> The Tenant can\n> sublet the attic.',
    '1. The Tenant can sublet the attic.',
    'Tenants are never allowed to “be increased by more than 3.5% in any year”.',
    'The company “will pay $3 million to the victims” (p. 5).',
    'In 2021, Smith wrote: “The Tenant can sublet the attic.”',
    'The Tenant [also] can sublet the attic.',
    '[He] may not be increased by more than 3.5% in any year.',
    'See Resolution … on the matter.',
    'The ratio was 9.12 then.',
    '3. Eat more fruit.',
    '“I did not authorize the payment,” she said on June 3, “and I will pay every cent.”',
    'Police said A. Smith left the party.',
    'Eat more fruit.',
    'The rent may **not** be increased by more than 3.5% in any year.',
    'The Landlord [shall] pay[s] the tax of $200 a month.',
  ])('%s', async (text) => {
    const verify = await verifier()
    const found = await verify(text)
    expect(found).toEqual(found.map(() => 'quoted'))
  })
})
