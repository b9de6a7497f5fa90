import { expect, test } from 'vitest'
import { windowAround } from '../../../index/retrieval/windows.ts'
import { passagesOf } from '../../support/passages.ts'

/** A sentence of `length` characters that begins with a name. */
function sentence(name: string, length: number): string {
  return `${name} ${'x'.repeat(length - name.length - 2)}.`
}

function textAround(text: string, i: number): string {
  const [passage] = passagesOf(text)
  const at = passage?.sentences[i]
  if (!passage || !at) throw new Error(`there is no sentence ${i}`)
  const { start, end } = windowAround(passage, at)
  return text.slice(start, end)
}

test('a window takes in the whole passage where that is short', () => {
  expect(textAround('Ann came. Ben went. Carl stayed.', 1)).toBe('Ann came. Ben went. Carl stayed.')
})

function names(window: string): string[] {
  return window.match(/[A-Z]\w+/g) ?? []
}

test('a window takes in the sentences before and after in turn, while they fit', () => {
  const text = ['Ann', 'Ben', 'Carl', 'Dora', 'Eve'].map((name) => sentence(name, 140)).join(' ')
  expect(names(textAround(text, 2))).toEqual(['Ben', 'Carl', 'Dora'])
  expect(names(textAround(text, 0))).toEqual(['Ann', 'Ben', 'Carl'])
  expect(names(textAround(text, 4))).toEqual(['Carl', 'Dora', 'Eve'])
})

test('a sentence that is longer than a window is read alone, and whole', () => {
  const long = sentence('Ben', 900)
  expect(textAround(`Ann came. ${long} Carl stayed.`, 1)).toBe(long)
})
