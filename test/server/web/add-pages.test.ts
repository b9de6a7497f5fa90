import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { addPages, type Means, type Outcome, type Wanted } from '../../../server/web/add-pages.ts'
import { parseAddress } from '../../../server/web/addresses.ts'
import { html, serveSite, type SiteReply } from '../../support/serve-site.ts'
import { temporaryFolder } from '../../support/temporary.ts'

/** Every name leads to this machine, and its first address plays the public internet. The others are private. */
const NETWORK: Means['network'] = {
  resolve: async (name) => [
    { address: name === 'inside.example' ? '127.0.0.2' : '127.0.0.1', family: 4 },
  ],
  mayConnect: (address) => address === '127.0.0.1',
}

interface Added {
  readonly outcomes: Outcome[]
  readonly left: number
  /** What stands in the folder, without what begins with a dot. */
  readonly files: string[]
}

async function add(
  documentsDir: string,
  urls: string[],
  wanted: Partial<Wanted> = {},
  means: Partial<Means> = {},
): Promise<Added> {
  const outcomes: Outcome[] = []
  const { left } = await addPages(
    {
      urls: urls.map((url) => parseAddress(url)),
      sitemap: false,
      depth: 0,
      include: null,
      limit: 100,
      ...wanted,
    },
    { documentsDir, network: NETWORK, pauseMs: 0, ...means },
    (outcome) => outcomes.push(outcome),
  )
  const files = (await readdir(path.join(documentsDir, 'web'))).filter(
    (name) => !name.startsWith('.'),
  )
  return { outcomes, left, files: files.toSorted() }
}

/** Why the only address was left out. */
function reasonOf({ outcomes }: Added): string | undefined {
  expect(outcomes).toEqual([expect.objectContaining({ became: 'problem' })])
  return outcomes[0]?.detail
}

function read(documentsDir: string, name: string): Promise<Buffer> {
  return readFile(path.join(documentsDir, 'web', name))
}

function redirect(location: string, status = 302): SiteReply {
  return { status, headers: { Location: location } }
}

/** A sitemap of pages, or an index of sitemaps. */
function list(tag: 'url' | 'sitemap', addresses: string[]): string {
  const entries = addresses.map((address) => `<${tag}><loc>${address}</loc></${tag}>`)
  const root = tag === 'url' ? 'urlset' : 'sitemapindex'
  return `<?xml version="1.0"?><${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries.join('')}</${root}>`
}

test('nothing is written through a link out of the documents folder', async () => {
  const [documents, outside] = [await temporaryFolder(), await temporaryFolder()]
  await symlink(outside, path.join(documents, 'web'))
  const site = await serveSite({ '/a': html('A') })
  await expect(add(documents, [`http://docs.example:${site.port}/a`])).rejects.toThrow(/is a link/)
  expect(await readdir(outside)).toEqual([])
})

describe('a page', () => {
  test('is kept as it was sent, with its address beside it', async () => {
    const documents = await temporaryFolder()
    const page = '<!doctype html><title>Cats</title>\r\n<p>Cats sleep all day.'
    const site = await serveSite({ '/pets/cats': html(page, { 'Content-Type': 'text/html' }) })
    const url = `http://docs.example:${site.port}/pets/cats`
    const { outcomes, files } = await add(documents, [`${url}#sleep`])
    const name = `docs.example-${site.port}-pets-cats`
    expect(outcomes).toEqual([{ url, became: 'added', detail: `${name}.html`, named: true }])
    expect(files).toEqual([`${name}.html`, `${name}.yaml`])
    expect((await read(documents, `${name}.html`)).toString()).toBe(page)
    expect(parse((await read(documents, `${name}.yaml`)).toString())).toEqual({ source: url })
    expect(site.paths()).toEqual(['/pets/cats'])
    expect(site.requests[0]?.headers['user-agent']).toBe('FootnoteBot')
  })

  test.each([
    ['text/html', '/a', '.html'],
    ['application/xhtml+xml; charset=utf-8', '/a', '.html'],
    ['application/pdf', '/download?id=3', '.pdf'],
    ['text/plain', '/notes.txt', '.txt'],
    ['text/plain; charset=utf-8', '/README.md', '.md'],
    ['text/markdown', '/a', '.md'],
    ['application/epub+zip', '/a.zip', '.epub'],
    ['application/octet-stream', '/REPORT.PDF', '.pdf'],
    ['application/vnd.oasis.opendocument.text', '/a', '.odt'],
  ])('of the type %s at %s becomes a file %s', async (type, address, ending) => {
    const documents = await temporaryFolder()
    const site = await serveSite({ [address]: { headers: { 'Content-Type': type }, body: 'text' } })
    const { files } = await add(documents, [`http://docs.example:${site.port}${address}`])
    expect(files.map((name) => path.extname(name)).toSorted()).toEqual([ending, '.yaml'].toSorted())
  })

  test.each([
    ['image/png', '/cat.png', 'is image/png, which Footnote does not read'],
    [
      'application/octet-stream',
      '/cat.exe',
      'is application/octet-stream, which Footnote does not read',
    ],
    ['nonsense', '/cat', 'is application/octet-stream, which Footnote does not read'],
  ])('of the type %s at %s is left out', async (type, address, reason) => {
    const documents = await temporaryFolder()
    const site = await serveSite({ [address]: { headers: { 'Content-Type': type }, body: 'x' } })
    const added = await add(documents, [`http://docs.example:${site.port}${address}`])
    expect(reasonOf(added)).toBe(reason)
    expect(added.files).toEqual([])
  })

  test.each([
    ['text/plain; charset=iso-8859-1', '/a', Buffer.from('caf\xe9', 'latin1'), '\uFEFFcafé'],
    [
      'text/html; charset=windows-1252',
      '/a',
      Buffer.from('<p>\x93caf\xe9', 'latin1'),
      '\uFEFF<p>“café',
    ],
    ['text/html; charset=utf-8', '/a', Buffer.from('<p>café'), '\uFEFF<p>café'],
    [
      'text/html; charset=utf-8',
      '/a',
      Buffer.from('<meta charset=UTF-8>é'),
      '<meta charset=UTF-8>é',
    ],
    ['text/plain; charset=utf-8', '/a', Buffer.from('café'), 'café'],
    ['text/plain; charset=klingon', '/a', Buffer.from('café'), 'café'],
  ])(
    'of the type %s keeps what only the server knew of its encoding',
    async (type, address, body, kept) => {
      const documents = await temporaryFolder()
      const site = await serveSite({ [address]: { headers: { 'Content-Type': type }, body } })
      const { files } = await add(documents, [`http://docs.example:${site.port}${address}`])
      const document = files.find((name) => !name.endsWith('.yaml')) ?? ''
      expect((await read(documents, document)).toString()).toBe(kept)
    },
  )

  test.each([
    ['gzip', gzipSync('<p>packed')],
    ['br', brotliCompressSync('<p>packed')],
  ])('that comes in %s is unpacked', async (encoding, body) => {
    const documents = await temporaryFolder()
    const headers = { 'Content-Type': 'text/html', 'Content-Encoding': encoding }
    const site = await serveSite({ '/a': { headers, body } })
    const { files } = await add(documents, [`http://docs.example:${site.port}/a`])
    expect((await read(documents, files[0] ?? '')).toString()).toBe('<p>packed')
  })

  test('that is larger than 50 MB is left out, also where it is packed', async () => {
    const documents = await temporaryFolder()
    const zeros = Buffer.alloc(50_000_001)
    const headers = { 'Content-Type': 'text/plain' }
    const site = await serveSite({
      '/told': { headers: { ...headers, 'Content-Length': '60000000' }, body: 'x' },
      '/streamed': (response) => {
        response.writeHead(200, headers)
        response.end(zeros)
      },
      '/packed': { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipSync(zeros) },
    })
    const urls = ['told', 'streamed', 'packed'].map(
      (at) => `http://docs.example:${site.port}/${at}`,
    )
    const { outcomes, files } = await add(documents, urls)
    expect(outcomes.map(({ detail }) => detail)).toEqual(
      Array.from(urls, () => 'has more than 50 MB, which is the maximum'),
    )
    expect(files).toEqual([])
  })

  test('that comes too slowly, in part or not at all is left out', async () => {
    const documents = await temporaryFolder()
    const headers = { 'Content-Type': 'text/html' }
    const site = await serveSite({
      '/silent': () => {},
      '/stops': (response) => {
        response.writeHead(200, headers)
        response.write('<p>a')
      },
      '/drips': (response) => {
        response.writeHead(200, headers)
        const drip = setInterval(() => response.write('.'), 20)
        response.on('close', () => clearInterval(drip))
      },
      '/breaks': (response) => {
        response.writeHead(200, { ...headers, 'Content-Length': '1000' })
        response.write('<p>a', () => response.destroy())
      },
      '/cut': {
        headers: { ...headers, 'Content-Encoding': 'gzip' },
        body: gzipSync('<p>a').subarray(0, 15),
      },
      '/odd': { headers: { ...headers, 'Content-Encoding': 'zstd' }, body: '<p>a' },
    })
    const ways = ['silent', 'stops', 'drips', 'breaks', 'cut', 'odd']
    const urls = ways.map((at) => `http://docs.example:${site.port}/${at}`)
    const limits = { silenceMs: 200, totalMs: 600 }
    const { outcomes, files } = await add(documents, urls, {}, { limits })
    expect(outcomes.map(({ detail }) => detail)).toEqual([
      'sends nothing for 0.2 s; try again later',
      'sends nothing for 0.2 s; try again later',
      'has not come in full for 0.6 s; try again later',
      'ended before all of it had come',
      'is packed wrongly',
      'is sent in a packing that was not asked for',
    ])
    expect(files).toEqual([])
  })
})

describe('a page that was fetched before', () => {
  test('is asked for on condition, and stays where it has not changed', async () => {
    const documents = await temporaryFolder()
    let version = 1
    const site = await serveSite({
      '/a': (response, headers) => {
        const tag = `"${version}"`
        const isSame = headers['if-none-match'] === tag
        response.writeHead(isSame ? 304 : 200, {
          ETag: tag,
          'Last-Modified': 'Wed, 21 Oct 2015 07:28:00 GMT',
          'Content-Type': 'text/html',
        })
        response.end(isSame ? undefined : `<p>version ${version}`)
      },
    })
    const urls = [`http://docs.example:${site.port}/a`]
    const became = async () => (await add(documents, urls)).outcomes[0]?.became
    expect(await became()).toBe('added')
    expect(await became()).toBe('unchanged')
    expect(site.requests.at(-1)?.headers).toMatchObject({
      'if-none-match': '"1"',
      'if-modified-since': 'Wed, 21 Oct 2015 07:28:00 GMT',
    })
    version = 2
    expect(await became()).toBe('changed')
    const { files } = await add(documents, urls)
    expect((await read(documents, files[0] ?? '')).toString()).toBe('<p>version 2')
    await rm(path.join(documents, 'web', files[0] ?? ''))
    expect(await became()).toBe('added')
  })

  test('is unchanged where the server sends the same again', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/a': html('<p>a') })
    const urls = [`http://docs.example:${site.port}/a`]
    await add(documents, urls)
    expect((await add(documents, urls)).outcomes[0]?.became).toBe('unchanged')
  })

  test('is kept where it is gone, and named', async () => {
    const documents = await temporaryFolder()
    const replies: Record<string, SiteReply> = { '/a': html('<p>a') }
    const site = await serveSite(replies)
    const urls = [`http://docs.example:${site.port}/a`]
    await add(documents, urls)
    replies['/a'] = { status: 410 }
    const added = await add(documents, urls)
    const name = `docs.example-${site.port}-a`
    expect(reasonOf(added)).toBe(
      `does not exist (status 410); ${name}.html is kept: delete it if it is no longer wanted`,
    )
    expect(added.files).toEqual([`${name}.html`, `${name}.yaml`])
  })

  test('becomes another file where its type has changed', async () => {
    const documents = await temporaryFolder()
    const replies: Record<string, SiteReply> = { '/a': html('<p>a') }
    const site = await serveSite(replies)
    const urls = [`http://docs.example:${site.port}/a`]
    await add(documents, urls)
    replies['/a'] = { headers: { 'Content-Type': 'text/plain' }, body: 'a' }
    const name = `docs.example-${site.port}-a`
    expect((await add(documents, urls)).files).toEqual([`${name}.txt`, `${name}.yaml`])
  })

  test('keeps what people wrote into its sidecar', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/a': html('<p>a') })
    const url = `http://docs.example:${site.port}/a`
    await add(documents, [url])
    const sidecar = path.join(documents, 'web', `docs.example-${site.port}-a.yaml`)
    await writeFile(sidecar, `# mine\nsource: ${url}\ntitle: Mine\n`)
    await add(documents, [url])
    expect(await readFile(sidecar, 'utf8')).toBe(`# mine\nsource: ${url}\ntitle: Mine\n`)
  })
})

describe('names of files', () => {
  test('are made of a-z, 0-9, "-" and ".", whatever an address has', async () => {
    const documents = await temporaryFolder()
    const paths = [
      '/..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%00x',
      '/.hidden/.env',
      '/a\\b:c*d',
      '/%E2%80%AE/caf%C3%A9',
      `/${'long'.repeat(200)}`,
      '/bad%ff%escape',
    ]
    const replies = paths.map((at) => [new URL(at, 'http://x').pathname, html('<p>a')] as const)
    const site = await serveSite(Object.fromEntries(replies))
    const { files, outcomes } = await add(
      documents,
      paths.map((at) => `http://docs.example:${site.port}${at}`),
    )
    expect(outcomes.map(({ became }) => became)).toEqual(Array.from(paths, () => 'added'))
    expect(files.length).toBe(2 * paths.length)
    const strange = files.filter(
      (name) => !/^[a-z0-9](?:[a-z0-9.-]{0,150})\.(?:html|yaml)$/.test(name),
    )
    expect(strange).toEqual([])
    expect(await readdir(documents)).toEqual(['web'])
  })

  test('have different ids, also for addresses that differ only in their query or case', async () => {
    const documents = await temporaryFolder()
    const paths = ['/a/b', '/a-b', '/A/B', '/a.b', '/a/b?page=1', '/a/b?page=2', '/a/b.html']
    const site = await serveSite(Object.fromEntries(paths.map((at) => [at, html(at)])))
    const urls = paths.map((at) => `http://docs.example:${site.port}${at}`)
    const { files } = await add(documents, urls)
    const ids = files
      .filter((name) => name.endsWith('.html'))
      .map((name) => name.replace(/[^a-z0-9]+/g, '-'))
    expect(new Set(ids).size).toBe(paths.length)
    expect((await add(documents, urls)).files).toEqual(files)
  })

  test('leave files alone that people put into the folder', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/a': html('<p>a') })
    const url = `http://docs.example:${site.port}/a`
    await add(documents, [])
    const own = [`docs.example-${site.port}-a.txt`, 'notes.html', 'notes.yaml']
    await mkdir(path.join(documents, 'web', 'folder.yaml'))
    for (const name of own) {
      await writeFile(path.join(documents, 'web', name), `source: ${url}`)
    }
    const { files } = await add(documents, [url])
    expect(files.length).toBe(own.length + 3)
    for (const name of own) {
      expect((await read(documents, name)).toString()).toBe(`source: ${url}`)
    }
  })
})

describe('redirections', () => {
  test('of a named address are followed, also to another site, which is then its site', async () => {
    const documents = await temporaryFolder()
    const replies: Record<string, SiteReply> = {
      '/final': html('<a href="/next">n</a>'),
      '/next': html('<p>next'),
    }
    const site = await serveSite(replies)
    replies['/start'] = redirect(`http://www.example:${site.port}/final`, 301)
    const { outcomes } = await add(documents, [`http://docs.example:${site.port}/start`], {
      depth: 1,
    })
    expect(outcomes.map(({ url }) => url)).toEqual([
      `http://www.example:${site.port}/final`,
      `http://www.example:${site.port}/next`,
    ])
  })

  test('of a found address stay on the named sites', async () => {
    const documents = await temporaryFolder()
    const replies: Record<string, SiteReply> = { '/': html('<a href="/out">o</a>') }
    const site = await serveSite(replies)
    replies['/out'] = redirect(`http://other.example:${site.port}/secret`)
    const { outcomes } = await add(documents, [`http://docs.example:${site.port}/`], { depth: 1 })
    expect(outcomes.map(({ detail }) => detail).at(-1)).toBe(
      `leads to another site, http://other.example:${site.port}`,
    )
    expect(site.paths()).toEqual(['/', '/out'])
  })

  test('to private addresses are refused', async () => {
    const documents = await temporaryFolder()
    const replies: Record<string, SiteReply> = {}
    const site = await serveSite(replies)
    for (const [target, address] of [
      [`http://127.0.0.2:${site.port}/x`, '127.0.0.2'],
      [`http://2130706434:${site.port}/x`, '127.0.0.2'],
      [`http://inside.example:${site.port}/x`, '127.0.0.2'],
      ['http://[::1]/x', '::1'],
      ['http://169.254.169.254/latest/meta-data', '169.254.169.254'],
    ]) {
      replies['/start'] = redirect(target ?? '')
      const added = await add(documents, [`http://docs.example:${site.port}/start`])
      expect(reasonOf(added)).toContain(
        `leads to ${address}, which is not an address of the public internet; --allow-private allows it where you name its host`,
      )
    }
    expect(new Set(site.paths())).toEqual(new Set(['/start']))
  })

  test.each([
    [
      'file:///etc/passwd',
      'leads to an address that is not an address that starts with http:// or https://',
    ],
    [
      'http://user:secret@docs.example/',
      'leads to an address that has a user name or a password in it; leave them out',
    ],
    ['http://', 'leads to an address that is not a web address'],
  ])('to %s are refused', async (target, reason) => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/start': redirect(target) })
    expect(reasonOf(await add(documents, [`http://docs.example:${site.port}/start`]))).toBe(reason)
  })

  test('are followed five times', async () => {
    const documents = await temporaryFolder()
    const steps = Array.from({ length: 6 }, (_, i) => [`/${i}`, redirect(`/${i + 1}`)] as const)
    const site = await serveSite({ ...Object.fromEntries(steps), '/6': html('<p>end') })
    const { outcomes } = await add(documents, [`http://docs.example:${site.port}/1`])
    expect(outcomes[0]?.became).toBe('added')
    const added = await add(documents, [`http://docs.example:${site.port}/0`])
    expect(reasonOf(added)).toBe('is redirected more than 5 times')
  })
})

describe('a name whose address changes', () => {
  test('is connected only to the address that was checked', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/a': html('<p>a') })
    let asked = 0
    const resolve = async () => [
      { address: (asked += 1) === 2 ? '127.0.0.1' : '127.0.0.2', family: 4 },
    ]
    const network = { ...NETWORK, resolve }
    const url = `http://rebind.example:${site.port}/a`
    expect(reasonOf(await add(documents, [url], {}, { network }))).toContain('leads to 127.0.0.2')
    expect(site.requests).toEqual([])
    // The second look-up, of robots.txt, is public. The third, of the page itself, is not.
    expect(reasonOf(await add(documents, [url], {}, { network }))).toContain('leads to 127.0.0.2')
    expect(site.requests.map((request) => request.path)).toEqual(['/robots.txt'])
  })

  test('is not connected to its private addresses where it has both kinds', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/a': html('<p>a') })
    const seen: string[] = []
    const network: Means['network'] = {
      resolve: async () => [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
      mayConnect: (address) => {
        seen.push(address)
        return address === '127.0.0.1'
      },
    }
    const { outcomes } = await add(
      documents,
      [`http://both.example:${site.port}/a`],
      {},
      { network },
    )
    expect(outcomes[0]?.became).toBe('added')
    expect(seen).toContain('127.0.0.2')
  })
})

describe('robots.txt', () => {
  test('is obeyed', async () => {
    const documents = await temporaryFolder()
    const robots = 'User-agent: *\nDisallow: /\n\nUser-agent: footnotebot\nDisallow: /private\n'
    const site = await serveSite({
      '/robots.txt': { body: robots },
      '/a': html('<a href="/private/b">b</a>'),
      '/private/b': html('<p>b'),
    })
    const origin = `http://docs.example:${site.port}`
    const { outcomes } = await add(documents, [`${origin}/a`], { depth: 1 })
    expect(outcomes.map(({ became }) => became)).toEqual(['added', 'problem'])
    expect(outcomes[1]?.detail).toBe(`is not for robots, says ${origin}/robots.txt`)
    expect(site.requests.map((request) => request.path)).toEqual(['/robots.txt', '/a'])
  })

  test('that cannot be read forbids everything', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/robots.txt': { status: 500 }, '/a': html('<p>a') })
    const origin = `http://docs.example:${site.port}`
    expect(reasonOf(await add(documents, [`${origin}/a`]))).toBe(
      `is not fetched, because ${origin}/robots.txt is answered with status 500`,
    )
    expect(site.paths()).toEqual([])
  })

  test('is not looked for on private addresses', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/robots.txt': redirect('http://127.0.0.2/robots.txt') })
    expect(reasonOf(await add(documents, [`http://docs.example:${site.port}/a`]))).toContain(
      'robots.txt leads to 127.0.0.2, which is not an address of the public internet',
    )
  })

  test('may ask for longer pauses', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({
      '/robots.txt': { body: 'User-agent: *\nCrawl-delay: 0.3' },
      '/a': html('<p>a'),
      '/b': html('<p>b'),
    })
    const origin = `http://docs.example:${site.port}`
    await add(documents, [`${origin}/a`, `${origin}/b`])
    const [, first, second] = site.requests
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(280)
  })
})

test('requests to a host have a pause between them', async () => {
  const documents = await temporaryFolder()
  const site = await serveSite({ '/a': html('<p>a'), '/b': html('<p>b') })
  const origin = `http://docs.example:${site.port}`
  await add(documents, [`${origin}/a`, `${origin}/b`], {}, { pauseMs: 200 })
  const times = site.requests.map(({ atMs }) => atMs)
  expect(times.length).toBe(3)
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(180)
  expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThan(180)
})

test('a server that is busy is asked again when it says', async () => {
  const documents = await temporaryFolder()
  let asked = 0
  const site = await serveSite({
    '/a': (response) => {
      asked += 1
      response.writeHead(asked === 1 ? 503 : 200, {
        'Retry-After': '1',
        'Content-Type': 'text/html',
      })
      response.end('<p>a')
    },
    '/much-later': { status: 429, headers: { 'Retry-After': '86400' } },
  })
  const origin = `http://docs.example:${site.port}`
  const { outcomes } = await add(documents, [`${origin}/a`, `${origin}/much-later`])
  expect(outcomes.map(({ became }) => became)).toEqual(['added', 'problem'])
  expect(outcomes[1]?.detail).toBe('is answered with status 429')
  const [, first, second] = site.requests
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(950)
})

describe('links', () => {
  const pages = {
    '/': html(
      '<base href="/docs/"><a href="one">1</a><a href="http://other.example/">o</a><script>"<a href=no>"</script>',
    ),
    '/docs/one': html(
      '<a href="two#part">2</a><a href="/">up</a><a href="mailto:a@example.org">m</a>',
    ),
    '/docs/two': html(
      '<a href="three">3</a><a href="/blog/four">4</a><a href="http://u:p@docs.example/">c</a>',
    ),
    '/docs/three': html('<p>3'),
    '/blog/four': html('<p>4'),
  }

  test('are followed on the same site as many steps as wanted', async () => {
    const site = await serveSite(pages)
    const urls = [`http://docs.example:${site.port}/`]
    for (const [depth, paths] of [
      [0, ['/']],
      [1, ['/', '/docs/one']],
      [2, ['/', '/docs/one', '/docs/two']],
      [9, ['/', '/docs/one', '/docs/two', '/docs/three', '/blog/four']],
    ] as const) {
      site.requests.length = 0
      await add(await temporaryFolder(), urls, { depth })
      expect(site.paths()).toEqual(paths)
    }
  })

  test('are followed only to paths that match, and to the limit', async () => {
    const site = await serveSite(pages)
    const urls = [`http://docs.example:${site.port}/`]
    await add(await temporaryFolder(), urls, { depth: 9, include: /^\/docs\// })
    expect(site.paths()).toEqual(['/', '/docs/one', '/docs/two', '/docs/three'])
    site.requests.length = 0
    const { left } = await add(await temporaryFolder(), urls, { depth: 9, limit: 3 })
    expect(site.paths()).toEqual(['/', '/docs/one', '/docs/two'])
    expect(left).toBe(2)
  })

  test('of a page that asks robots not to follow them are left alone', async () => {
    const meta = '<meta name="Robots" content="noindex, NOFOLLOW">'
    const site = await serveSite({ '/': html(`<a href="/a">a</a>${meta}<a href="/b">b</a>`) })
    await add(await temporaryFolder(), [`http://docs.example:${site.port}/`], { depth: 1 })
    expect(site.paths()).toEqual(['/'])
  })

  test('of a page that is made to be slow end its reading', async () => {
    const attributes = Array.from({ length: 2_000_000 }, (_, i) => `x${i}`).join(' ')
    const site = await serveSite({
      '/': html(`<a href="/a">a</a><a ${attributes}>`),
      '/a': html(''),
    })
    await add(await temporaryFolder(), [`http://docs.example:${site.port}/`], { depth: 1 })
    expect(site.paths()).toEqual(['/', '/a'])
  })

  test('of a page that has not changed are followed too', async () => {
    const documents = await temporaryFolder()
    const site = await serveSite({
      '/': (response, headers) => {
        const isSame = headers['if-none-match'] === '"1"'
        response.writeHead(isSame ? 304 : 200, { ETag: '"1"', 'Content-Type': 'text/html' })
        response.end(isSame ? undefined : '<a href="/next">n</a>')
      },
      '/next': html('<p>next'),
    })
    const urls = [`http://docs.example:${site.port}/`]
    await add(documents, urls)
    const { outcomes } = await add(documents, urls, { depth: 1 })
    expect(outcomes.map(({ became }) => became)).toEqual(['unchanged', 'added'])
  })
})

describe('a sitemap', () => {
  test('of its site gives its pages, also through an index and packed', async () => {
    const documents = await temporaryFolder()
    const replies: Record<string, SiteReply> = {
      '/a': html('<p>a'),
      '/b': html('<p>b'),
      '/c': html('<p>c'),
    }
    const site = await serveSite(replies)
    const origin = `http://docs.example:${site.port}`
    replies['/index.xml'] = {
      body: list('sitemap', [
        `${origin}/1.xml`,
        `${origin}/2.xml.gz`,
        'http://other.example/3.xml',
      ]),
    }
    replies['/1.xml'] = {
      body: list('url', [`${origin}/a`, `${origin}/c?x=1&amp;y=2`, 'http://other.example/']),
    }
    replies['/2.xml.gz'] = { body: gzipSync(list('url', [`${origin}/b`])) }
    const { outcomes } = await add(documents, [`${origin}/index.xml`], { sitemap: true })
    expect(site.paths()).toEqual(['/index.xml', '/1.xml', '/2.xml.gz', '/a', '/c?x=1&y=2', '/b'])
    expect(
      outcomes.map(({ url, became, detail }) => [url, became === 'problem' ? detail : became]),
    ).toEqual([
      [`${origin}/index.xml`, 'lists sitemaps of other sites; left out'],
      [`${origin}/1.xml`, 'lists pages of other sites (1); left out'],
      [`${origin}/a`, 'added'],
      [`${origin}/c?x=1&y=2`, 'does not exist (status 404)'],
      [`${origin}/b`, 'added'],
    ])
  })

  test('gives only the pages whose path matches, up to the limit', async () => {
    const documents = await temporaryFolder()
    const replies: Record<string, SiteReply> = {}
    const site = await serveSite(replies)
    const origin = `http://docs.example:${site.port}`
    const addresses = ['/x', '/docs/1', '/docs/2', '/docs/3'].map((at) => origin + at)
    replies['/s.xml'] = { body: list('url', addresses) }
    const wanted = { sitemap: true, include: /^\/docs\//, limit: 2 }
    const { left } = await add(documents, [`${origin}/s.xml`], wanted)
    expect(site.paths()).toEqual(['/s.xml', '/docs/1', '/docs/2'])
    expect(left).toBe(1)
  })

  test.each([
    ['<html><p>no sitemap', 'is not a sitemap: it is not well-formed XML'],
    ['<urlset></urlset>', 'is a sitemap without a page'],
    [
      '<!DOCTYPE a [<!ENTITY b "c">]><urlset><url><loc>http://x/&b;</loc></url></urlset>',
      'is not a sitemap: it is not well-formed XML',
    ],
    ['<a>'.repeat(30), 'is not a sitemap: it is not well-formed XML'],
    [gzipSync(Buffer.alloc(60_000_000)), 'cannot be unpacked, or has more than 50 MB'],
  ])('that is none is named: %#', async (body, reason) => {
    const documents = await temporaryFolder()
    const site = await serveSite({ '/s.xml': { body } })
    const added = await add(documents, [`http://docs.example:${site.port}/s.xml`], {
      sitemap: true,
    })
    expect(reasonOf(added)).toBe(reason)
  })
})
