import { describe, expect, test } from 'vitest'
import type { VerifiedSentence } from '../../../server/verification/verify-schema.ts'
import { openWords } from '../../support/serve-words.ts'

const REPORT = `The council met on 3 March 2021. It did not raise the tax by 4.5 %, as the mayor's office had proposed.

“We will not re-elect anybody who lies,” said Ann Baker, the head of the Green group.[2] Is that a promise? Not all members agreed with her, and the vote was 12–9.

It is not true that the bridge was closed. The bridge, which was built in 1932 and never painted, carries 40,000 cars a day.`

async function verifier(files: Record<string, string> = { 'report.txt': REPORT }) {
  const { service } = await openWords({}, { files })
  return async (text: string, documentIds: readonly string[] | null = null) =>
    service.verify({ text, documentIds, threshold: 1 })
}

function differences({ differences: all }: Pick<VerifiedSentence, 'differences'>) {
  return all.map(({ kind, draft, source }) => [kind, source?.text ?? null, draft?.text ?? null])
}

describe('what stands in the documents is quoted', () => {
  test.each([
    ['as it is', 'The council met on 3 March 2021.'],
    ['in another case', 'THE COUNCIL MET ON 3 march 2021'],
    ['with other spaces and line breaks', 'The council\nmet  on\u00A03 March\u20092021.'],
    ['with soft hyphens and ligatures', 'as the may\u00ADor’s oﬃce had proposed'],
    ['hyphenated at the end of a line', 'The coun-\ncil met on 3 March 2021.'],
    [
      'with other quotation marks and hyphens',
      '"We will not re\u2011elect anybody who lies," said Ann Baker, the head of the Green group.',
    ],
    ['without a hyphen that divides a word', 'We will not reelect anybody who lies'],
    ['with another dash', 'Not all members agreed with her, and the vote was 12-9.'],
    ['without the mark of a note', 'said Ann Baker, the head of the Green group.'],
    ['a part of a sentence', 'as the mayor’s office had proposed'],
    ['with a remark of the editor', 'The council [sic] met on 3 March 2021 [sic!].'],
    ['with an ellipsis', 'It did not raise the tax …, as the mayor’s office had proposed.'],
    [
      'with an ellipsis in brackets',
      'We will not re-elect [...],” said Ann Baker, the head of the Green group.',
    ],
    ['with an ellipsis over a sentence', 'It did not raise the tax by 4.5 % …'],
    ['with brackets for words', '[She] said Ann Baker, the head of [her] group.'],
    ['with a changed letter', '[n]ot all members agreed'],
    ['with a changed ending', 'carrie[d] 40,000 cars a day'],
  ])('%s', async (_, text) => {
    const verify = await verifier()
    const verified = await verify(text)
    expect(verified.map(({ verdict }) => verdict)).toEqual(verified.map(() => 'quoted'))
    expect(verified[0]).toMatchObject({ confidence: 1, differences: [] })
    expect(verified[0]?.quotes[0]?.citation.documentId).toBe('report')
  })

  test('in scripts without spaces, and with numbers beside their units', async () => {
    const verify = await verifier({
      'more.txt': '理事会は三月に会合を開いた。税率は変わらなかった。\n\nIt is 5km to the town.',
    })
    for (const text of ['理事会は三月に会合を開いた。', 'It is 5 km to the town.']) {
      expect(await verify(text)).toMatchObject([{ verdict: 'quoted' }])
    }
  })

  test('with the sentences around the words, which are marked', async () => {
    const verify = await verifier()
    const [found] = await verify('which was built in 1932')
    const [quote] = found?.quotes ?? []
    expect(quote?.text).toMatch(/^The bridge, .* a day\.$/)
    const { start = 0, end = 0 } = quote?.highlight ?? {}
    const from = quote?.citation.start ?? 0
    expect(quote?.text.slice(start - from, end - from)).toBe('which was built in 1932')
  })

  test('at each of the documents that say it, or at those that are asked', async () => {
    const verify = await verifier({ 'a.txt': REPORT, 'b.txt': REPORT.toUpperCase() })
    const places = async (ids: string[] | null) => {
      const [found] = await verify('The council met on 3 March 2021.', ids)
      return found?.quotes.map(({ citation }) => citation.documentId)
    }
    expect(await places(null)).toEqual(['a', 'b'])
    expect(await places(['b'])).toEqual(['b'])
    expect(await places(['cats'])).toEqual([])
  })
})

describe('what was changed is altered', () => {
  test.each([
    ['a number', 'The council met on 4 March 2021.', [['changed', '3', '4']]],
    [
      'a decimal',
      'It did not raise the tax by 45 %, as the mayor’s office had proposed.',
      [['changed', '4.5', '45']],
    ],
    [
      'a sign',
      'It did not raise the tax by 4.5, as the mayor’s office had proposed.',
      [['left-out', '%', null]],
    ],
    ['a month', 'The council met on 3 May 2021.', [['changed', 'March', 'May']]],
    ['a name', 'Said Ann Miller, the head of the Green group.', [['changed', 'Baker', 'Miller']]],
    ['a word', 'The board met on 3 March 2021.', [['changed', 'council', 'board']]],
    [
      'several words in a row',
      'The whole town board met on 3 March 2021.',
      [['changed', 'council', 'whole town board']],
    ],
    [
      'a negation left out',
      'It did raise the tax by 4.5 %, as the mayor’s office had proposed.',
      [['left-out', 'not', null]],
    ],
    ['a negation added', 'The council never met on 3 March 2021.', [['added', null, 'never']]],
    [
      'a negation left out at the beginning',
      'All members agreed with her, and the vote was 12–9.',
      [['left-out', 'Not', null]],
    ],
    [
      'a negation of a whole clause',
      'The bridge was closed.',
      [['left-out', 'It is not true that', null]],
    ],
    [
      'a negation hidden in a long ellipsis',
      'The bridge … carries 40,000 cars a day.',
      [['changed', 'which was built in 1932 and never painted', '…']],
    ],
    [
      'a negation hidden by an ellipsis',
      'It did … raise the tax by 4.5 %.',
      [['changed', 'not', '…']],
    ],
    [
      'a number replaced in brackets',
      'The council met on [4] March 2021.',
      [['changed', '3', '4']],
    ],
    ['a question', 'The council met on 3 March 2021?', [['changed', '.', '?']]],
    ['an answer', 'Is that a promise.', [['changed', '?', '.']]],
    [
      'a word moved',
      'Green head of the group.',
      [
        ['changed', 'the', 'Green'],
        ['left-out', 'Green', null],
      ],
    ],
    [
      'two things',
      'The council met on 4 March 2022.',
      [
        ['changed', '3', '4'],
        ['changed', '2021', '2022'],
      ],
    ],
  ])('%s', async (_, text, expected) => {
    const verify = await verifier()
    const [found, ...others] = await verify(text)
    expect(others).toEqual([])
    expect(found?.verdict).toBe('altered')
    expect(found && differences(found)).toEqual(expected)
    for (const { draft } of found?.differences ?? []) {
      expect(draft === null || text.slice(draft.start, draft.end) === draft.text).toBe(true)
    }
  })

  test('the place in the source is that of the document', async () => {
    const verify = await verifier()
    const [found] = await verify(
      'The bridge, which was built in 1931 and never painted, carries 40,000 cars a day.',
    )
    const source = found?.differences[0]?.source
    expect(REPORT.slice(source?.start, source?.end)).toBe('1932')
  })
})

test.each([
  ['a name replaced in brackets', 'The council met on 3 [May] 2021.'],
  ['a number brought in by brackets', 'The council met on 3 March [of 2022].'],
  ['a word in angle brackets', 'The council <never> met on 3 March 2021.'],
  ['a word in the place of an address', 'The [council](never) met on 3 March 2021.'],
])('is altered: %s', async (_, text) => {
  const verify = await verifier()
  expect((await verify(text)).map(({ verdict }) => verdict)).toEqual(['altered'])
})

test('markup that is not shown is no difference', async () => {
  const verify = await verifier()
  expect((await verify('The <b>council</b> met on 3 March 2021.'))[0]?.verdict).toBe('quoted')
  expect(
    (await verify('The [council](https://town.example/) met on 3 March 2021.'))[0]?.verdict,
  ).toBe('quoted')
})

test('an exponent counts, and the mark of a note does not', async () => {
  const verify = await verifier({ 'tank.txt': 'The tank holds 5 m³ of water.² It is 4 m high.' })
  const verdicts = async (text: string) => (await verify(text)).map(({ verdict }) => verdict)
  expect(await verdicts('The tank holds 5 m³ of water. It is 4 m high.')).toEqual([
    'quoted',
    'quoted',
  ])
  expect(await verdicts('The tank holds 5 m of water.')).toEqual(['altered'])
  expect(await verdicts('The tank holds 5 m² of water.')).toEqual(['altered'])
  expect(await verdicts('It is 4 m² high.')).toEqual(['altered'])
})

describe('what does not stand there is not found', () => {
  test.each([
    'The capital of Peru is Lima.',
    'The council is a council of the people.',
    'Raise the bridge, and raise the tax on cars that were painted green by the office.',
  ])('%s', async (text) => {
    const verify = await verifier()
    expect(await verify(text)).toMatchObject([{ verdict: 'not-found', confidence: 0, quotes: [] }])
  })

  test('there is nothing to say of a text without words', async () => {
    const verify = await verifier()
    expect(await verify('… – !')).toEqual([])
    expect(await verify('“[…]”')).toEqual([])
  })
})

describe('quotations in a sentence are verified one by one', () => {
  test.each([
    ['“the head of the Green group”', 'quoted'],
    ['"the head of the Green group"', 'quoted'],
    ['„the head of the Green group“', 'quoted'],
    ['« the head of the Green group »', 'quoted'],
    ['»the head of the Green group«', 'quoted'],
    ['‘the head of the Green group’', 'quoted'],
    ["'the head of the Green group'", 'quoted'],
    ['‹the head of the Green group›', 'quoted'],
    ['“the head of the Red group”', 'altered'],
    ['“a person whom nobody knows”', 'not-found'],
  ])('%s is %s', async (quotation, verdict) => {
    const verify = await verifier()
    const [found] = await verify(
      `Last week we met somebody who is ${quotation} in that old town hall, by chance.`,
    )
    expect(found?.verdict).toBe('not-found')
    expect(found?.quotations.map((one) => [one.text.trim(), one.verdict])).toEqual([
      [quotation.slice(1, -1).trim(), verdict],
    ])
  })

  test('apostrophes are no quotation marks', async () => {
    const verify = await verifier()
    const [found] = await verify(
      "The mayor's office didn't answer the militias' letters, and won't.",
    )
    expect(found?.quotations).toEqual([])
  })

  test('a quotation over several sentences is verified sentence by sentence', async () => {
    const verify = await verifier()
    const verified = await verify(
      'She wrote: “The council met on 3 March 2021. It did not raise the tax by 5.5 %.”',
    )
    expect(verified.map(({ verdict }) => verdict)).toEqual(['quoted', 'altered'])
  })

  test('what a writer says around a quotation is no addition to it', async () => {
    const verify = await verifier()
    const around = '“The council met,” he wrote, “on 3 March 2021.”'
    expect((await verify(around))[0]).toMatchObject({ verdict: 'quoted', differences: [] })
    const inside = 'The council “never met on 3 March 2021.”'
    const [altered] = await verify(inside)
    expect(altered && differences(altered)).toEqual([['added', null, 'never']])
  })
})

test('sentences keep their places in the draft', async () => {
  const verify = await verifier()
  const text = '\n  The council met on 3 March 2021.\n\nNobody knows   why. “Is that a promise?”  '
  for (const { start, end, text: sentence } of await verify(text)) {
    expect(text.slice(start, end)).toBe(sentence)
  }
  expect((await verify(text)).map(({ verdict }) => verdict)).toEqual([
    'quoted',
    'not-found',
    'quoted',
  ])
})

test('an abandoned draft is not verified further, and too many drafts are refused', async () => {
  const { service } = await openWords({}, { files: { 'report.txt': REPORT } })
  const draft = { text: REPORT.repeat(20), documentIds: null, threshold: 1 }
  const signal = AbortSignal.timeout(5)
  await expect(service.verify(draft, { signal })).rejects.toMatchObject({
    code: 'question-abandoned',
  })
  const sent = Array.from({ length: 20 }, () => service.verify(draft))
  const settled = await Promise.allSettled(sent)
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(20)
  for (const error of refused) expect(error).toMatchObject({ code: 'drafts-waiting' })
})

test('a sentence does not wait for long drafts', async () => {
  const { service } = await openWords({}, { files: { 'report.txt': REPORT } })
  const ends: string[] = []
  const verify = async (text: string) => {
    await service.verify({ text, documentIds: null, threshold: 1 })
    ends.push(text)
  }
  const long = `${REPORT}\n\n`.repeat(10)
  await Promise.all([verify(long), verify(`${long}\n\n${REPORT}`), verify('Is that a promise?')])
  expect(ends[0]).toBe('Is that a promise?')
  expect(ends[1]).toBe(long)
})
