import { describe, expect, test } from 'vitest'
import { fuse } from '../../../index/retrieval/fusion.ts'
import { searchWords } from '../../../index/retrieval/words.ts'

describe('words to search for', () => {
  test('are those that tell something, each once', () => {
    expect(searchWords('Why did Iran not oppose al-Kadhimi, did Iran?')).toEqual([
      'iran',
      'oppose',
      'al',
      'kadhimi',
      'alkadhimi',
    ])
  })

  test('are all of them where none tells anything', () => {
    expect(searchWords('who are you?')).toEqual(['who', 'are', 'you'])
  })

  test('are none where there are none', () => {
    expect(searchWords('?! * "')).toEqual([])
  })
})

describe('reciprocal rank fusion', () => {
  test('puts first what both rankings put high', () => {
    expect(
      fuse([
        ['a', 'b', 'c'],
        ['b', 'd'],
      ]).map(({ item }) => item),
    ).toEqual(['b', 'a', 'd', 'c'])
  })

  test('is the sum of 1 / (10 + rank)', () => {
    expect(fuse([['a'], ['b', 'a']])[0]).toEqual({ item: 'a', score: 1 / 11 + 1 / 12 })
  })
})
