import { describe, expect, test } from 'vitest'
import { fuse } from '../../../index/retrieval/fusion.ts'

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
