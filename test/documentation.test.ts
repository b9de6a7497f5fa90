import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Nodes, Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'
import { describe, expect, test } from 'vitest'

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const MAX_README_LINES = 160

const manual = readdirSync(path.join(PROJECT, 'docs')).filter((name) => name.endsWith('.md'))
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...manual.map((name) => `docs/${name}`),
]

describe('the documentation', () => {
  test(`has a README of at most ${MAX_README_LINES} lines`, () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_README_LINES)
  })

  test('has a README that links to every page of the manual', () => {
    expect(linksIn('README.md')).toEqual(
      expect.arrayContaining(manual.map((name) => `docs/${name}`)),
    )
  })

  test.each(pages)('has only links that lead somewhere: %s', (page) => {
    const broken = linksIn(page).filter((link) => !leadsSomewhere(page, link))
    expect(broken).toEqual([])
  })

  test('lists every setting, and only settings that exist', () => {
    expect(settingsInManual()).toEqual(settingsInCode())
  })

  test.each(pages)('names only commands that exist: %s', (page) => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))
    const named = [...read(page).matchAll(/\bnpm run (?:-s |--silent )?([a-z][\w:-]*)/g)]
    const unknown = named.map(([, script = '']) => script).filter((script) => !(script in scripts))
    expect(unknown).toEqual([])
  })
})

describe('a link', () => {
  test.each([
    ['README.md', 'docs/no-such-page.md'],
    ['README.md', 'SECURITY.md#no-such-heading'],
    ['docs/settings.md', 'SECURITY.md'],
    ['docs/settings.md', '#no-such-heading'],
  ])('is found broken: from %s to %s', (page, link) => {
    expect(leadsSomewhere(page, link)).toBe(false)
  })
})

function read(file: string): string {
  return readFileSync(path.join(PROJECT, file), 'utf8')
}

const parsed = new Map<string, Root>()

function parse(page: string): Root {
  const root = parsed.get(page) ?? fromMarkdown(read(page))
  parsed.set(page, root)
  return root
}

/** The relative links and images of a page, those in its HTML included. */
function linksIn(page: string): string[] {
  const links: string[] = []
  visit(parse(page), (node) => {
    if ('url' in node) links.push(node.url)
    if (node.type === 'html') {
      links.push(
        ...Array.from(node.value.matchAll(/\b(?:src|href)="([^"]*)"/g), ([, url = '']) => url),
      )
    }
  })
  // `fromMarkdown` knows no tables: it reads their links as those of a paragraph, which is enough here.
  return links.filter((link) => !/^[a-z][a-z+.-]*:/i.test(link))
}

function leadsSomewhere(page: string, link: string): boolean {
  const [target = '', anchor] = link.split('#')
  const file = target === '' ? page : path.posix.join(path.posix.dirname(page), target)
  if (!existsSync(path.join(PROJECT, file))) return false
  return anchor === undefined || anchorsOf(file).has(anchor)
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  visit(parse(page), (node) => {
    if (node.type !== 'heading') return
    const words = toString(node).toLowerCase()
    anchors.add(words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-'))
  })
  return anchors
}

function visit(node: Nodes, look: (node: Nodes) => void): void {
  look(node)
  if ('children' in node) for (const child of node.children) visit(child, look)
}

/** The settings in the first column of the tables of the manual, in alphabetical order. */
function settingsInManual(): string[] {
  const rows = read('docs/settings.md').matchAll(/^\| `([A-Z_]+)` \|/gm)
  return Array.from(rows, ([, name = '']) => name).toSorted()
}

/** The keys of the schema of settings, in alphabetical order. */
function settingsInCode(): string[] {
  const keys = read('server/config.ts').matchAll(/^ {2}([A-Z][A-Z_]*):/gm)
  return Array.from(keys, ([, name = '']) => name).toSorted()
}
