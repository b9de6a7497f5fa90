import { expect, test } from 'vitest'
import { findCopy, groupCopies } from '../../../index/retrieval/copies.ts'
import type { StoredPassage } from '../../../index/storage/storage.ts'
import { passagesOf } from '../../support/passages.ts'

function passageOf(id: string, text: string, heading: string | null = null): StoredPassage {
  const [passage] = passagesOf(text)
  if (!passage) throw new Error('no passage')
  return { ...passage, heading, document: { ...passage.document, id } }
}

function idsOf(groups: readonly (readonly StoredPassage[])[]): string[][] {
  return groups.map((group) => group.map(({ document }) => document.id))
}

test('passages of different documents that say the same under the same heading are one group', () => {
  const groups = groupCopies([
    passageOf('pdf', 'The “rent” is due.', 'Rent'),
    passageOf('other', 'The rent is paid.', 'Rent'),
    passageOf('docx', 'The "rent" is\ndue.', 'RENT'),
    passageOf('elsewhere', 'The “rent” is due.', 'Deposit'),
  ])
  expect(idsOf(groups)).toEqual([['pdf', 'docx'], ['other'], ['elsewhere']])
})

test('a passage that a document repeats is no copy', () => {
  expect(idsOf(groupCopies([passageOf('a', 'Yes.'), passageOf('a', 'Yes.')]))).toEqual([
    ['a'],
    ['a'],
  ])
})

test('the copy of one or two sentences is found, whatever their typography', () => {
  const passage = passageOf('a', 'It rains. The “rent” is due. Nobody pays. It snows.')
  const copyOf = (text: string) => {
    const span = findCopy(text, passage)
    return span && passage.text.slice(span.start, span.end)
  }
  expect(copyOf('The "rent" is due.')).toBe('The “rent” is due.')
  expect(copyOf('the rent is due -- nobody pays')).toBe('The “rent” is due. Nobody pays.')
  expect(copyOf('rent is due.')).toBeNull()
})
