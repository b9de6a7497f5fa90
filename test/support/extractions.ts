import { expect } from 'vitest'
import type { Extraction } from '../../index/documents/extractors/extractor.ts'
import type { Span } from '../../index/span.ts'

/** The blocks of a text, each as its role (with the level of a heading) and the texts of its parts. */
export function blocksOf({ text, blocks }: Extraction): string[] {
  return blocks.map((block) => {
    if (block.role === 'heading') return `heading ${block.level}: ${block.text}`
    const parts = block.parts.map(({ start, end }) => text.slice(start, end))
    return `${block.role}: ${parts.join(' ¶ ')}`
  })
}

/** What every extraction must be: blocks in order, parts in their blocks, pages in order, and nothing invisible. */
export function expectSound({ text, blocks, pages }: Extraction): void {
  expectInOrder(blocks, { start: 0, end: text.length })
  for (const block of blocks) {
    const slice = text.slice(block.start, block.end)
    expect(slice).toBe(slice.trimEnd())
    expect(slice).not.toBe('')
    if (block.role === 'heading') expect(slice).toBe(block.text)
    else expectInOrder(block.parts, block)
  }
  expectInOrder(pages, { start: 0, end: text.length })
  expect(pages.map(({ number }) => number)).toEqual(
    pages.map(({ number }) => number).toSorted((a, b) => a - b),
  )
  expect(text).toBe(text.trimEnd())
  expect(text).not.toMatch(/[\u00A0\u00AD\u200B\uFEFF\0]|\n{3}/)
}

function expectInOrder(spans: readonly Span[], within: Span): void {
  let at = within.start
  for (const { start, end } of spans) {
    expect(start).toBeGreaterThanOrEqual(at)
    expect(end).toBeGreaterThanOrEqual(start)
    at = end
  }
  expect(at).toBeLessThanOrEqual(within.end)
}
