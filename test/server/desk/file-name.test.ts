import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { safeName } from '../../../server/desk/file-name.ts'

test.each([
  ['Annual report 2020.pdf', 'Annual report 2020.pdf'],
  ['a_b-c.d.txt', 'a_b-c.d.txt'],
  ['Übersicht für Ämter.docx', 'Übersicht für Ämter.docx'],
  ['报告.pdf', '报告.pdf'],
  ['हिन्दी.txt', 'हिन्दी.txt'],
  ['u\u0308ber.txt', 'über.txt'],
  ['../../etc/passwd.txt', 'passwd.txt'],
  ['C:\\Users\\ann\\notes.md', 'notes.md'],
  ['a\0b\nc.txt', 'a-b-c.txt'],
  ['report (final) [2]?.pdf', 'report -final- -2.pdf'],
  ['invoice\u202Efdp.txt', 'invoice-fdp.txt'],
  ['.hidden.txt', 'hidden.txt'],
  ['. .. name .txt', 'name.txt'],
  ['trailing.txt. . ', 'trailing.txt'],
  ['con.txt', 'con_.txt'],
  ['CON.a.txt', 'CON_.a.txt'],
  ['nul .b.txt', 'nul _.b.txt'],
  ['.txt', 'txt'],
  ['lpt¹.pdf', 'lpt¹_.pdf'],
  ['console.txt', 'console.txt'],
  ['HR', 'HR'],
])('%j is kept as %j', (given, kept) => {
  expect(safeName(given)).toBe(kept)
})

test.each(['', '.', '..', '/', '\\', '...', '---', '../', 'a/..', '\0', '\u202E', '🙂'])(
  '%j is no name',
  (given) => {
    expect(safeName(given)).toBeNull()
  },
)

test('a long name is cut between two characters, and keeps its ending', () => {
  const name = safeName(`${'é'.repeat(3000)}.docx`) ?? ''
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
  expect(name).toMatch(/^é{90,}\.docx$/)
})

describe('whatever somebody names a file', () => {
  const pieces = fc.constantFrom(
    '..',
    '/',
    '\\',
    '.',
    ' ',
    '\0',
    'con',
    'nul',
    '.txt',
    'é',
    '🙂',
    'a',
  )
  const names = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.array(pieces, { maxLength: 300 }).map((all) => all.join('')),
  )
  const folder = path.resolve('/documents')

  test('its name is one part of a path, below the folder that it is put into', () => {
    fc.assert(
      fc.property(names, (given) => {
        const name = safeName(given)
        fc.pre(name !== null)
        expect(name).toMatch(/^[\p{L}\p{M}\p{N} ._-]+$/u)
        expect(name).not.toMatch(/^[. ]|[. ]$/)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
        expect(path.dirname(path.resolve(folder, name))).toBe(folder)
        expect(path.win32.dirname(path.win32.resolve('C:\\documents', name))).toBe('C:\\documents')
        expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d) *(?:\.|$)/i)
      }),
      { numRuns: 3000 },
    )
  })

  test('its name stays the same when it is made once more', () => {
    fc.assert(
      fc.property(names, (given) => {
        const name = safeName(given)
        fc.pre(name !== null)
        expect(safeName(name)).toBe(name)
      }),
      { numRuns: 3000 },
    )
  })
})
