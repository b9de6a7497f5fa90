import { describe, expect, test } from 'vitest'
import { htmlExtractor } from '../../../../index/documents/extractors/html.ts'
import { blocksOf, expectSound } from '../../../support/extractions.ts'

async function blocks(html: string): Promise<string[]> {
  const extraction = await htmlExtractor.extract(Buffer.from(html))
  expectSound(extraction)
  return blocksOf(extraction)
}

async function detailsOf(html: string) {
  return (await htmlExtractor.extract(Buffer.from(html))).details
}

describe('the text of a page', () => {
  test('has its blocks with their roles', async () => {
    const html = `<h1>Owls</h1><p>They <b>fly</b>&nbsp;at
      night.<br>Always.</p><ul><li>Barn owls<ul><li>White</li></ul></li><li><p>Tawny</p><p>Brown</p></li></ul>
      <ol start=3><li>Three</li></ol><blockquote><p>Hoo!</p></blockquote><pre>  if (owl)\n    fly()</pre>loose text`
    expect(await blocks(html)).toEqual([
      'heading 1: Owls',
      'paragraph: They fly at night.\nAlways.',
      'list: Barn owls ¶ White ¶ Tawny ¶ Brown ¶ Three',
      'quotation: Hoo!',
      'code:   if (owl)\n    fly()',
      'paragraph: loose text',
    ])
  })

  test('has the markers of items in the text, and not in their parts', async () => {
    const html = '<ol><li>One<ol type=a><li>Sub</ol><li value=7>Seven</ol>'
    expect((await htmlExtractor.extract(Buffer.from(html))).text).toBe('1. One\n  a. Sub\n7. Seven')
  })

  test('has terms before their definitions', async () => {
    const html =
      '<dl><dt>owl<dt>strix<dd><p>A bird.</p><p>It flies.</p><dt>trout<dd>A fish.<dt>alone</dl>'
    expect(await blocks(html)).toEqual([
      'list: owl, strix: A bird. ¶ It flies. ¶ trout: A fish. ¶ alone',
    ])
  })

  test('has table rows that are understood alone, after the caption', async () => {
    const html =
      '<table><caption>Sales</caption><tr><th rowspan=2>Region<th colspan=2>2019<tr><th>first half<th>second half<tr><th>Europe<td>5<td>6</table><table><tr><th>Born<td>1950</table>'
    expect(await blocks(html)).toEqual([
      'paragraph: Sales',
      'table: Region: Europe | 2019 first half: 5 | 2019 second half: 6',
      'table: Born: 1950',
    ])
  })

  test('is not torn by tables that only arrange it', async () => {
    const html =
      '<table><tr><td><h2>Owls</h2><p>Fly.</p><td><table><tr><th>Year<th>Sales<tr><td>2019<td>5</table></table>'
    expect(await blocks(html)).toEqual([
      'heading 2: Owls',
      'paragraph: Fly.',
      'table: Year: 2019 | Sales: 5',
    ])
  })

  test('lacks what nobody reads as text', async () => {
    const html = `<script>a()</script><style>b{}</style><noscript>c</noscript><template>d</template><nav>e</nav>
      <header>f</header><aside>g</aside><form>h<input></form><p hidden>i</p><p aria-hidden=true>j</p>
      <p style="color:red; display: none">k</p><div role=navigation>l</div><img alt=m><button>n</button><svg><text>o</text></svg>
      <del>p</del><p>Owls <ins>often</ins> fly.</p><footer>q</footer><!-- r -->`
    expect(await blocks(html)).toEqual(['paragraph: Owls often fly.'])
  })

  test('has notes without the numbers that lead back to their marks', async () => {
    const html =
      '<h4>Footnotes</h4><h5><a id=f1 href="#d1">(1)</a></h5><p>A note.</p><h5><a href="#s2">2.</a> Owls</h5>'
    expect(await blocks(html)).toEqual([
      'heading 4: Footnotes',
      'paragraph: A note.',
      'heading 5: 2. Owls',
    ])
  })

  test('keeps figures apart, has formulas once, and lacks the marks of notes', async () => {
    const html = `<p>10<sup>6</sup> m<sup>2</sup> of H<sub>2</sub>O<sup><a href="#n1">[1]</a></sup> on the 5<sup>th</sup><a href="#n2"><sup>2</sup></a>,
      <span style="display:none"><math><semantics><msup><mi>x</mi><mi>n</mi></msup><annotation>x^n</annotation></semantics></math></span><img alt="x^n"> too</p>
      <div role=doc-footnote id=n1><p>A note. <a href="#r1">↩</a></p></div>`
    expect(await blocks(html)).toEqual([
      'paragraph: 10⁶ m² of H₂O on the 5th, xⁿ too',
      'note: A note.',
    ])
  })
})

describe('the main content', () => {
  const menu = '<ul><li><a href=/a>Home</a><li><a href=/b>About</a></ul>'

  test.each(['main', 'article', 'div role=main'])('is what is in the %s', async (tag) => {
    const [name = ''] = tag.split(' ')
    const html = `<div>Buy now!</div><${tag}><header><h1>Owls</h1></header><p>Owls fly.</p></${name}><div>Imprint</div>`
    expect(await blocks(html)).toEqual(['heading 1: Owls', 'paragraph: Owls fly.'])
  })

  test('is else the page without what is mostly links', async () => {
    const links = Array.from({ length: 5 }, (_, i) => `<a href="/${i}">Page ${i}</a>`).join(' | ')
    const prose =
      '<p>Owls, see <a href=/x>x</a>, <a href=/y>y</a> and <a href=/z>z</a>, are birds that fly at night.</p>'
    expect(await blocks(`${menu}<div>${links}</div>${prose}`)).toEqual([
      'paragraph: Owls, see x, y and z, are birds that fly at night.',
    ])
  })

  test('is not an article that is only a teaser', async () => {
    const html = `<article>Read more!</article>${'<p>Owls fly at night.</p>'.repeat(9)}`
    expect(await blocks(html)).toHaveLength(10)
  })

  test('is all of a page that is one form', async () => {
    expect(
      await blocks('<form><p>Owls fly at night.</p><select><option>a</select></form>'),
    ).toEqual(['paragraph: Owls fly at night.'])
  })
})

describe('the encoding of a page', () => {
  const text = 'Größe: 5 € – „gut“'
  const cp1252 = Buffer.from('Größe: 5 \x80 \x96 \x84gut\x93', 'latin1')

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['windows-1252 that is not declared', cp1252],
    [
      'windows-1252 that says it is UTF-8',
      Buffer.concat([Buffer.from('<meta charset=utf-8>'), cp1252]),
    ],
    [
      'windows-1252 that says it is latin1',
      Buffer.concat([Buffer.from('<meta charset="iso-8859-1">'), cp1252]),
    ],
  ])('is %s', async (_, bytes) => {
    expect((await htmlExtractor.extract(bytes)).text).toBe(text)
  })

  test('is what the page declares', async () => {
    const start = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">'
    const bytes = Buffer.concat([Buffer.from(start), Buffer.from([0xf3, 0xcf, 0xd7, 0xc1])])
    expect((await htmlExtractor.extract(bytes)).text).toBe('Сова')
  })

  test('is not that of a file with NUL characters', async () => {
    await expect(htmlExtractor.extract(Buffer.from('<p>a\0b'))).rejects.toThrow(/^is not HTML/)
  })
})

describe('what a page says about itself', () => {
  test('comes from its head', async () => {
    const html = `<html lang=en-GB><title> Owls
      at night </title><meta name=author content=Ada><meta property="article:published_time" content="2020-02-03T04:05:06Z">
      <meta property="og:site_name" content="Owl News"><link rel=canonical href="https://owls.example/1"><p>x`
    expect(await detailsOf(html)).toEqual({
      title: 'Owls at night',
      author: 'Ada',
      date: '2020-02-03',
      publisher: 'Owl News',
      source: 'https://owls.example/1',
      language: 'en-GB',
      collection: null,
    })
  })

  test('comes from its JSON-LD', async () => {
    const json = {
      '@graph': [
        { '@type': 'WebSite', name: 'x' },
        {
          '@type': 'Article',
          author: [{ name: 'Ada' }, { name: 'Ben' }],
          datePublished: '2020-02-03',
          publisher: { name: 'Owl News' },
        },
      ],
    }
    const html = `<script type="application/ld+json">{broken</script><script type="application/ld+json">${JSON.stringify(json)}</script>`
    expect(await detailsOf(html)).toMatchObject({
      author: 'Ada, Ben',
      date: '2020-02-03',
      publisher: 'Owl News',
    })
  })

  test.each([
    ['<title>untitled</title><meta property=og:title content=Owls>'],
    ['<title></title><h1>Owls</h1>'],
  ])('has a title in %s', async (html) => {
    expect((await detailsOf(html)).title).toBe('Owls')
  })

  test('has no source or language that is none', async () => {
    const html = '<html lang="english language"><link rel=canonical href="javascript:alert(1)">'
    expect(await detailsOf(html)).toMatchObject({ source: null, language: null })
  })
})

test('XHTML may close elements at once', async () => {
  const html =
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a.js"/></head><body><p/><p>Owls <i/>fly.<br/>Yes.</p></body></html>'
  expect(await blocks(html)).toEqual(['paragraph: Owls fly.\nYes.'])
})
