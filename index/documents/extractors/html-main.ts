import { isHidden } from './html-reader.ts'
import { attributeOf, findAll, type HtmlDocument, type HtmlElement, walk } from './html-tree.ts'

/** What may be navigation: the kinds of elements that people make lists of links of. */
const MAY_BE_LINKS = new Set(['div', 'ul', 'ol', 'dl', 'menu', 'p', 'table', 'section', 'center'])

/** Fewer links are in any paragraph. */
const MIN_LINKS = 3

/** "Next: A, Previous: B, Up: C [Contents][Index]" has 0.59 and more; prose in Wikipedia has a third at most. */
const MIN_LINKED_SHARE = 0.5

/** Where the page says what its text is, less of it is navigation: lists of languages, of categories. */
const MIN_LINKED_SHARE_IN_MAIN = 0.8

/** Lists of links alone are menus, however short. */
const LISTS = new Set(['ul', 'ol', 'menu'])

/** An article with less of the page's text is a teaser beside it. */
const MIN_ARTICLE_SHARE = 0.25

const NO_TEXT = new Set(['script', 'style', 'template', 'noscript', 'head'])

/** Where the text of a page is, and what in it is not. */
export interface MainContent {
  readonly root: HtmlElement
  readonly isLeftOut: (element: HtmlElement) => boolean
}

interface Amount {
  /** Characters that are no white space. */
  text: number
  /** Those of them that are links. */
  linked: number
  links: number
}

/**
 * Where the text of a page is: in the `main` element with most text, or the one article, or else in the body; without what is mostly
 * links. Forms are left out unless the whole page is one. Null where there is no body with text.
 */
export function findMain(document: HtmlDocument): MainContent | null {
  const amounts = measure(document)
  const textOf = (element: HtmlElement) => amounts.get(element)?.text ?? 0
  const [body] = findAll(document, ({ tagName }) => tagName === 'body')
  if (!body) return null
  const mains = findAll(body, (element) => isMain(element) && !isHidden(element))
  const [main] = mains.toSorted((a, b) => textOf(b) - textOf(a))
  const [article, ...others] = findAll(body, ({ tagName }) => tagName === 'article')
  const isOnly =
    article && others.length === 0 && textOf(article) >= textOf(body) * MIN_ARTICLE_SHARE
  const chosen = main ?? (isOnly ? article : undefined)
  const root = chosen && textOf(chosen) > 0 ? chosen : body
  const isForm = (element: HtmlElement) =>
    element.tagName === 'form' && textOf(element) < textOf(root) / 2
  const minShare = root === body ? MIN_LINKED_SHARE : MIN_LINKED_SHARE_IN_MAIN
  const isNavigation = (element: HtmlElement) =>
    MAY_BE_LINKS.has(element.tagName) && isMostlyLinks(element, amounts.get(element), minShare)
  return { root, isLeftOut: (element) => isForm(element) || isNavigation(element) }
}

function isMain(element: HtmlElement): boolean {
  return element.tagName === 'main' || attributeOf(element, 'role') === 'main'
}

function isMostlyLinks(
  { tagName }: HtmlElement,
  amount: Amount | undefined,
  minShare: number,
): boolean {
  if (!amount || amount.links === 0) return false
  if (LISTS.has(tagName) && amount.linked === amount.text) return true
  return amount.links >= MIN_LINKS && amount.linked >= amount.text * minShare
}

/** How much text and how many links each element has. */
function measure(document: HtmlDocument): Map<HtmlElement, Amount> {
  const amounts = new Map<HtmlElement, Amount>()
  const open: Amount[] = [{ text: 0, linked: 0, links: 0 }]
  let links = 0
  walk(document, {
    enter: (element) => {
      if (NO_TEXT.has(element.tagName)) return null
      const isLink = element.tagName === 'a' && attributeOf(element, 'href') !== undefined
      if (isLink) links += 1
      const amount = { text: 0, linked: 0, links: isLink ? 1 : 0 }
      amounts.set(element, amount)
      open.push(amount)
      return () => {
        open.pop()
        if (isLink) links -= 1
        const above = open.at(-1)
        if (!above) return
        above.text += amount.text
        above.linked += amount.linked
        above.links += amount.links
      }
    },
    text: (value) => {
      const amount = open.at(-1)
      if (!amount) return
      const length = value.replace(/\s+/g, '').length
      amount.text += length
      if (links > 0) amount.linked += length
    },
  })
  return amounts
}
