import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { HOSTILE, openWords, serveWords } from '../support/serve-words.ts'

const KEY = 'correct-horse-battery'

/** The nodes of a Markdown text, of all levels. */
function nodesOf(text: string): Nodes[] {
  const all: Nodes[] = []
  const collect = (node: Nodes) => {
    all.push(node)
    if ('children' in node) for (const child of node.children) collect(child)
  }
  collect(fromMarkdown(text))
  return all
}

function linksOf(text: string): string[] {
  return nodesOf(text).flatMap((node) => (node.type === 'link' ? node.url : []))
}

describe('/llms.txt', () => {
  test('says what the server is, and links to its description and to the text of each document', async () => {
    const url = await serveWords()
    const response = await fetch(`${url}/llms.txt`)
    expect(response.headers.get('Content-Type')).toBe('text/plain; charset=UTF-8')
    const text = await response.text()
    expect(text).toMatch(/^# Footnote\n\n> Answers questions only in quotations/)
    expect(text).toContain(`- [cats](${url}/documents/cats/text): Ann, 2020-01-02`)
    expect(linksOf(text)).toEqual(
      expect.arrayContaining([`${url}/openapi.json`, `${url}/docs`, `${url}/mcp`]),
    )
    const cats = await fetch(`${url}/documents/cats/text`)
    expect(await cats.text()).toContain('Cats sleep all day.')
  })

  test('names the public address, and shows a title with markup as text', async () => {
    const url = await serveWords({ publicUrl: 'https://ask.example' })
    const text = await (await fetch(`${url}/llms.txt`)).text()
    expect(linksOf(text).every((link) => link.startsWith('https://ask.example/'))).toBe(true)
    expect(nodesOf(text).some(({ type }) => type === 'html' || type === 'image')).toBe(false)
    const title = HOSTILE.replace('\u202E', '\uFFFD')
    expect(nodesOf(text)).toContainEqual(expect.objectContaining({ type: 'text', value: title }))
  })

  test('keeps a title within its link', async () => {
    const title = '"](https://evil.example) *[x](https://evil.example)` # _a"'
    const files = { 'a.txt': `---\ntitle: ${JSON.stringify(title)}\n---\nA text.\n` }
    const url = await serveWords({}, { files })
    const text = await (await fetch(`${url}/llms.txt`)).text()
    expect(linksOf(text).filter((link) => !link.startsWith(url))).toEqual([])
    expect(nodesOf(text)).toContainEqual(expect.objectContaining({ type: 'text', value: title }))
  })

  test('lists at most 200 documents, and says where all are', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 203 }, (_, i) => [`note-${i}.txt`, `Note ${i}.\n`]),
    )
    const url = await serveWords({}, { files })
    const text = await (await fetch(`${url}/llms.txt`)).text()
    expect(linksOf(text).filter((link) => link.includes('/documents/'))).toHaveLength(200)
    expect(text).toContain(`And 5 more: ${url}/documents lists all as JSON.`)
  })

  test('lists no documents where they need a key, and none before they are read', async () => {
    const withKey = await (await fetch(`${await serveWords({ apiKeys: [KEY] })}/llms.txt`)).text()
    expect(withKey).toContain('Authorization: Bearer KEY')
    expect(withKey).not.toContain('cats')
    const early = await fetch(`${await serveWords({ findService: () => null })}/llms.txt`)
    expect(await early.text()).toContain('They are still being read.')
  })
})

test('the API catalogue is a linkset whose links lead somewhere', async () => {
  const url = await serveWords()
  const address = `${url}/.well-known/api-catalog`
  const response = await fetch(address)
  expect(response.headers.get('Content-Type')).toMatch(/^application\/linkset\+json; profile=/)
  const target = z.array(z.object({ href: z.url(), type: z.string() }))
  const { linkset } = z
    .object({ linkset: z.tuple([z.object({ anchor: z.url() }).catchall(target)]) })
    .parse(await response.json())
  const [{ anchor, ...relations }] = linkset
  expect(anchor).toBe(`${url}/`)
  expect(Object.keys(relations)).toEqual(['service-desc', 'service-doc', 'status'])
  for (const { href, type } of Object.values(relations).flatMap((links) =>
    z.parse(target, links),
  )) {
    const found = await fetch(href)
    expect(found.status).toBe(200)
    expect(found.headers.get('Content-Type')).toContain(type)
  }
  const head = await fetch(address, { method: 'HEAD' })
  expect(head.headers.get('Link')).toBe(`<${address}>; rel="api-catalog"`)
})

describe('the search of browsers', () => {
  test('is described as OpenSearch, and opens the start page with the question', async () => {
    const url = await serveWords()
    const response = await fetch(`${url}/opensearch.xml`)
    expect(response.headers.get('Content-Type')).toMatch(/^application\/opensearchdescription\+xml/)
    const tags: SaxesTagPlain[] = []
    const parser = new SaxesParser()
    parser.on('opentag', (tag) => tags.push(tag))
    parser.write(await response.text()).close()
    const urls = tags.filter(({ name }) => name === 'Url').map(({ attributes }) => attributes)
    expect(urls).toEqual([
      { type: 'text/html', template: `${url}/?question={searchTerms}` },
      {
        type: 'application/opensearchdescription+xml',
        rel: 'self',
        template: `${url}/opensearch.xml`,
      },
    ])
  })

  test('is not offered where questions need a key', async () => {
    const url = await serveWords({ apiKeys: [KEY] })
    expect((await fetch(`${url}/opensearch.xml`)).status).toBe(404)
    expect(await (await fetch(url)).text()).not.toContain('opensearch')
    const open = await serveWords({ apiKeys: [KEY], publicRoutes: ['questions'] })
    expect(await (await fetch(open)).text()).toContain('rel="search"')
  })

  test('fills the field and asks nothing, unless the person used the address bar', async () => {
    const { app } = await openWords()
    const { headers: given } = await app.request('http://127.0.0.1/')
    expect(given.get('Vary')).toBe('Sec-Fetch-Site')
    const pageFor = async (site: string | null) => {
      const headers = site === null ? {} : { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate' }
      const response = await app.request('http://127.0.0.1/?question=%22%3E%3Cb%3E+a', { headers })
      return response.text()
    }
    expect(await pageFor('none')).toContain('src="/assets/ask.js"')
    for (const site of ['cross-site', 'same-site', 'same-origin', null]) {
      const page = await pageFor(site)
      expect(page).not.toContain('ask.js')
      expect(page).toContain('question="&quot;&gt;&lt;b&gt; a"')
    }
  })
})
