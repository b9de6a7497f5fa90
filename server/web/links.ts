import { Token, Tokenizer, type TokenHandler, TokenizerMode } from 'parse5'

/** How much of a page is read at once, and how long reading all of it may take. Only a page made to be slow takes longer: 5 MB take 1 s. */
const CHUNK_CHARACTERS = 2 ** 14
const MAX_MS = 3000

/** The elements whose text is no markup, with the state of the tokenizer that reads it. */
const TEXT_ELEMENTS: ReadonlyMap<string, Tokenizer['state']> = new Map([
  ['script', TokenizerMode.SCRIPT_DATA],
  ['style', TokenizerMode.RAWTEXT],
  ['iframe', TokenizerMode.RAWTEXT],
  ['noembed', TokenizerMode.RAWTEXT],
  ['noframes', TokenizerMode.RAWTEXT],
  ['xmp', TokenizerMode.RAWTEXT],
  ['title', TokenizerMode.RCDATA],
  ['textarea', TokenizerMode.RCDATA],
])

const ignored = () => {}

/** The links of a page, as it writes them, and the address that they are relative to, if it names one. */
export interface PageLinks {
  readonly links: readonly string[]
  readonly base: string | null
}

/**
 * Finds the links of an HTML page. It reads tags without making a tree of them: trees of hostile pages grow without
 * measure. A page that asks robots not to follow its links has none. Of a page that takes longer than 3 s it gives the links that it found until then.
 */
export function linksIn(html: string): PageLinks {
  const links: string[] = []
  let base: string | null = null
  let mayFollow = true
  const handler: TokenHandler = {
    onStartTag: (tag) => {
      const href = Token.getTokenAttr(tag, 'href')
      mayFollow &&= !forbidsFollowing(tag)
      if (tag.tagName === 'base') base ??= href
      else if ((tag.tagName === 'a' || tag.tagName === 'area') && href !== null) links.push(href)
      tokenizer.state = TEXT_ELEMENTS.get(tag.tagName) ?? tokenizer.state
      // Its end tag must have this name to end it.
      tokenizer.lastStartTagName = tag.tagName
    },
    onEndTag: ignored,
    onComment: ignored,
    onDoctype: ignored,
    onEof: ignored,
    onCharacter: ignored,
    onNullCharacter: ignored,
    onWhitespaceCharacter: ignored,
  }
  const tokenizer = new Tokenizer({}, handler)
  const endAt = performance.now() + MAX_MS
  for (let at = 0; at < html.length && performance.now() < endAt; at += CHUNK_CHARACTERS) {
    tokenizer.write(html.slice(at, at + CHUNK_CHARACTERS), at + CHUNK_CHARACTERS >= html.length)
  }
  return { links: mayFollow ? links : [], base }
}

/** Whether a tag is the one by which a page asks robots not to follow its links. */
function forbidsFollowing(tag: Token.TagToken): boolean {
  if (tag.tagName !== 'meta') return false
  const forRobots = Token.getTokenAttr(tag, 'name')?.toLowerCase() === 'robots'
  return forRobots && /\b(?:nofollow|none)\b/i.test(Token.getTokenAttr(tag, 'content') ?? '')
}
