import { type Content, pageMark, type TableCell, type TableRow } from './content.ts'
import { numberAs } from './counting.ts'
import { attributeOf, type HtmlElement, isElement, isText, walk } from './html-tree.ts'
import { InlineText, type Position } from './inline-text.ts'
import { mathElement, mathText } from './mathml.ts'

/** What a page of the web has around its text. */
const AROUND = new Set(['nav', 'aside', 'dialog'])
const AROUND_ROLES =
  /^(?:navigation|banner|contentinfo|search|complementary|menu|menubar|toolbar|dialog|alertdialog|tablist)$/

/** What is no text for readers, or not without a click or a script. */
const NEVER = new Set(
  'script style template noscript head iframe object embed svg canvas audio video map select option datalist textarea input button progress meter rp rt del applet noframes noembed'.split(
    ' ',
  ),
)

// The white space of HTML: others, such as U+FEFF, are characters.
const WHITE_SPACE = /[ \t\n\f\r]+/g

const BLOCKS = new Set(
  'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
)

const NOTE = /(?:^|\s)(?:footnotes?|endnotes?|rearnotes?|doc-footnote|doc-endnotes?)(?:\s|$)/
const NOTE_MARK = /(?:^|\s)(?:noteref|doc-noteref)(?:\s|$)/
const PAGE_BREAK = /(?:^|\s)(?:pagebreak|doc-pagebreak)(?:\s|$)/
const ARROW = /^(?:\s|[\^↑↩⤴↵]|\uFE0E)+$/
const NUMBER = /^[([]?\d+[)\].]?$/

/** A table in a table in a table: pages that are arranged with tables have ten. */
const MAX_TABLES = 50

/** A longer term of a definition stands on a line of its own. */
const MAX_TERM_LENGTH = 200

/** The largest `colspan` or `rowspan` by the HTML standard. */
const MAX_SPAN = 1000

type Kind = 'paragraph' | 'quotation' | 'code' | 'note' | 'term' | number

interface List {
  readonly depth: number
  readonly type: string | null
  next: number
  /** Whether a text now belongs to an item. */
  isInItem: boolean
  marker: string
}

interface OpenRow {
  isHeader: boolean
  readonly cells: TableCell[]
}

export interface HtmlOptions {
  /** Whether what a page has around its text is left out: navigation, header, footer, forms. */
  readonly isWebPage: boolean
  /** Whether an element is left out for another reason. */
  readonly isLeftOut?: (element: HtmlElement) => boolean
  /** Called where a printed page begins, with its label; gives its number. */
  readonly beginPage?: (label: string) => number
}

/** What HTML says below an element, in order. Throws an `Error` whose message completes "FILE …" where tables nest too deeply. */
export function readHtml(root: HtmlElement, options: HtmlOptions): Content[] {
  const reader = new HtmlReader(options, root.tagName === 'body' ? 0 : 1)
  walk(root, reader)
  return reader.end()
}

class HtmlReader {
  readonly #options: HtmlOptions
  readonly #line = new InlineText()
  #contents: Content[] = []
  #kind: Kind = 'paragraph'
  #list: List | null = null
  #term = ''
  #position: Position = 'base'
  #bold = 0
  #isCellBold = true
  #row: OpenRow | null = null
  #rows: OpenRow[] | null = null
  #isHead = false
  #tables = 0
  /** How many elements are open in which a header is that of a part, not of the page. */
  #sections: number

  constructor(options: HtmlOptions, sections: number) {
    this.#options = options
    this.#sections = sections
  }

  end(): Content[] {
    this.#flush()
    this.#endTerm()
    return this.#contents
  }

  text(value: string): void {
    const text = this.#kind === 'code' ? value : value.replace(WHITE_SPACE, ' ')
    if (this.#bold === 0 && text.trim() !== '') this.#isCellBold = false
    this.#line.add(text, this.#position)
  }

  enter(element: HtmlElement): (() => void) | null {
    const { tagName } = element
    if (tagName === 'math') return this.#math(element)
    if (NEVER.has(tagName) || this.#options.isLeftOut?.(element)) return null
    if (isHidden(element)) return holdsOnlyMath(element) ? () => {} : null
    const type = `${attributeOf(element, 'epub:type') ?? ''} ${attributeOf(element, 'role') ?? ''}`
    if (PAGE_BREAK.test(type)) return this.#pageBreak(element)
    if (NOTE_MARK.test(type) || isNoteMark(element) || isBackLink(element)) return null
    const isNote = NOTE.test(type)
    if (!isNote && this.#isAround(element)) return null
    const leave = this.#enterKnown(element)
    if (!isNote) return leave
    const leaveNote = this.#inKind('note')
    return () => {
      leaveNote()
      leave()
    }
  }

  #isAround(element: HtmlElement): boolean {
    const { tagName } = element
    const role = attributeOf(element, 'role') ?? ''
    if (tagName === 'nav' || tagName === 'dialog') return true
    if (!this.#options.isWebPage) return false
    const isOfPage = (tagName === 'header' || tagName === 'footer') && this.#sections === 0
    return isOfPage || AROUND.has(tagName) || AROUND_ROLES.test(role)
  }

  #enterKnown(element: HtmlElement): () => void {
    const { tagName } = element
    const heading = /^h([1-6])$/.exec(tagName)
    if (heading) return this.#inKind(Number(heading[1]))
    switch (tagName) {
      case 'br':
        this.#line.add('\n', this.#position)
        return () => {}
      case 'sup':
        return this.#at('raised')
      case 'sub':
        return this.#at('lowered')
      case 'b':
      case 'strong':
        this.#bold += 1
        return () => {
          this.#bold -= 1
        }
      case 'q':
        this.text('“')
        return () => this.text('”')
      case 'blockquote':
        return this.#inKind('quotation')
      case 'pre':
      case 'listing':
      case 'xmp':
        return this.#inKind('code')
      case 'ul':
      case 'ol':
      case 'menu':
      case 'dir':
        return this.#enterList(element)
      case 'li':
        return this.#enterItem(element)
      case 'dl':
        return this.#enterDefinitions()
      case 'dt':
        return this.#enterTerm()
      case 'dd':
        return this.#enterDefinition()
      case 'table':
        return this.#enterTable(element)
      case 'thead':
        return this.#enterHead()
      case 'tr':
        return this.#enterRow()
      case 'td':
      case 'th':
        return this.#enterCell(element)
      case 'main':
      case 'article':
      case 'section':
        return this.#enterSection()
      default:
        return BLOCKS.has(tagName) ? this.#enterBlock() : () => {}
    }
  }

  #enterBlock(): () => void {
    this.#flush()
    return () => this.#flush()
  }

  #enterSection(): () => void {
    this.#flush()
    this.#sections += 1
    return () => {
      this.#flush()
      this.#sections -= 1
    }
  }

  /** Until it is left, texts are of this kind; a note stays one whatever is in it, but for its headings. */
  #inKind(kind: Kind): () => void {
    this.#flush()
    const before = this.#kind
    this.#kind = before === 'note' && typeof kind !== 'number' ? 'note' : kind
    return () => {
      this.#flush()
      this.#kind = before
    }
  }

  #at(position: Position): () => void {
    const before = this.#position
    this.#position = position
    return () => {
      this.#position = before
    }
  }

  #math(element: HtmlElement): null {
    const math = mathElement(element)
    const isDisplayed = math.attributes.get('display') === 'block'
    this.#line.add(isDisplayed ? ` ${mathText(math)} ` : mathText(math), this.#position)
    return null
  }

  #pageBreak(element: HtmlElement): null {
    const label =
      attributeOf(element, 'title') ?? attributeOf(element, 'aria-label') ?? shallowText(element)
    const page = this.#options.beginPage?.(label.trim())
    if (page !== undefined) this.#line.add(pageMark(page))
    return null
  }

  #enterList(element: HtmlElement): () => void {
    this.#flush()
    const above = this.#list
    const start = Number(attributeOf(element, 'start') ?? '1')
    this.#list = {
      depth: above?.isInItem ? above.depth + 1 : (above?.depth ?? 0),
      type: element.tagName === 'ol' ? (attributeOf(element, 'type') ?? '1') : null,
      next: Number.isInteger(start) ? start : 1,
      isInItem: false,
      marker: '',
    }
    return () => {
      this.#flush()
      this.#list = above
    }
  }

  #enterItem(element: HtmlElement): () => void {
    this.#flush()
    const list = (this.#list ??= { depth: 0, type: null, next: 1, isInItem: false, marker: '' })
    const value = Number(attributeOf(element, 'value') ?? Number.NaN)
    if (Number.isInteger(value)) list.next = value
    list.isInItem = true
    list.marker = list.type === null ? '-' : `${numberAs(list.next, list.type)}.`
    list.next += 1
    return () => {
      this.#flush()
      list.isInItem = false
    }
  }

  #enterDefinitions(): () => void {
    this.#flush()
    this.#endTerm()
    const above = this.#list
    const depth = above?.isInItem ? above.depth + 1 : (above?.depth ?? 0)
    this.#list = { depth, type: null, next: 1, isInItem: false, marker: '' }
    return () => {
      this.#flush()
      this.#endTerm()
      this.#list = above
    }
  }

  #enterTerm(): () => void {
    this.#flush()
    if (this.#list) Object.assign(this.#list, { isInItem: true, marker: '-' })
    return this.#inKind('term')
  }

  #enterDefinition(): () => void {
    this.#flush()
    const list = this.#list
    if (list) Object.assign(list, { isInItem: true, marker: '-' })
    return () => {
      this.#flush()
      this.#endTerm()
      if (list) list.isInItem = false
    }
  }

  #enterHead(): () => void {
    this.#flush()
    this.#isHead = true
    return () => {
      this.#flush()
      this.#isHead = false
    }
  }

  #enterTable(element: HtmlElement): () => void {
    this.#flush()
    this.#tables += 1
    if (this.#tables > MAX_TABLES) {
      throw new Error(`has more than ${MAX_TABLES} tables in each other; make it flatter`)
    }
    const before = { rows: this.#rows, row: this.#row, isHead: this.#isHead }
    const rows: OpenRow[] = []
    this.#rows = rows
    this.#row = null
    this.#isHead = false
    const isLayout = /^(?:presentation|none)$/.test(attributeOf(element, 'role') ?? '')
    return () => {
      this.#flush()
      this.#tables -= 1
      this.#rows = before.rows
      this.#row = before.row
      this.#isHead = before.isHead
      this.#push({ kind: 'table', rows: rows satisfies TableRow[], isLayout })
    }
  }

  #enterRow(): () => void {
    this.#flush()
    const row: OpenRow = { isHeader: this.#isHead, cells: [] }
    this.#row = row
    return () => {
      this.#flush()
      this.#rows?.push(row)
      this.#row = null
    }
  }

  #enterCell(element: HtmlElement): () => void {
    this.#flush()
    const before = {
      contents: this.#contents,
      kind: this.#kind,
      list: this.#list,
      term: this.#term,
      row: this.#row,
      isBold: this.#isCellBold,
    }
    const contents: Content[] = []
    this.#contents = contents
    this.#kind = this.#kind === 'note' ? 'note' : 'paragraph'
    this.#list = null
    this.#term = ''
    this.#isCellBold = true
    return () => {
      this.#flush()
      this.#endTerm()
      const isBold = this.#isCellBold
      this.#contents = before.contents
      this.#kind = before.kind
      this.#list = before.list
      this.#term = before.term
      this.#isCellBold = before.isBold && isBold
      before.row?.cells.push({
        contents,
        isHeader: element.tagName === 'th',
        isBold,
        columns: spanOf(element, 'colspan'),
        rows: spanOf(element, 'rowspan'),
      })
    }
  }

  #flush(): void {
    const text = this.#line.take()
    if (text.trim() === '') return
    const list = this.#list
    if (this.#kind === 'term') {
      this.#term += this.#term === '' ? text.trim() : `, ${text.trim()}`
    } else if (typeof this.#kind === 'number') {
      this.#push({ kind: 'heading', level: this.#kind, text })
    } else if (this.#kind === 'paragraph' && list?.isInItem) {
      this.#pushItem(list, text)
    } else {
      this.#push({ kind: this.#kind, text })
    }
  }

  #pushItem(list: List, text: string): void {
    const term = this.#term
    if (term.length > MAX_TERM_LENGTH) this.#endTerm()
    const isNamed = this.#term !== ''
    this.#term = ''
    const written = isNamed ? `${term.replace(/\s*:$/, '')}: ${text.trimStart()}` : text
    this.#contents.push({ kind: 'item', depth: list.depth, marker: list.marker, text: written })
    list.marker = ''
  }

  #push(content: Content): void {
    this.#endTerm()
    this.#contents.push(content)
  }

  /** Writes the terms that no definition follows. */
  #endTerm(): void {
    if (this.#term === '') return
    const text = this.#term
    this.#term = ''
    this.#contents.push({ kind: 'item', depth: this.#list?.depth ?? 0, marker: '-', text })
  }
}

/** Whether the file itself says that nobody sees an element. */
export function isHidden(element: HtmlElement): boolean {
  const hidden = attributeOf(element, 'hidden')
  if (hidden !== undefined && hidden !== 'until-found') return true
  if (attributeOf(element, 'aria-hidden') === 'true') return true
  const style = attributeOf(element, 'style') ?? ''
  return /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))/i.test(style)
}

/** A hidden formula is there for those who cannot see the picture of it. */
function holdsOnlyMath(element: HtmlElement): boolean {
  const elements = element.childNodes.filter(isElement)
  return elements.length === 1 && elements[0]?.tagName === 'math'
}

/** Whether an element is a raised number that leads to a note, such as "[3]": a link in a `sup`, or the other way round. */
function isNoteMark(element: HtmlElement): boolean {
  const inner = element.tagName === 'sup' ? 'a' : 'sup'
  if (inner === 'sup' && element.tagName !== 'a') return false
  const parts = element.childNodes.filter((node) => !isText(node) || node.value.trim() !== '')
  return (
    parts.length > 0 &&
    parts.every((part) => isElement(part) && part.tagName === inner) &&
    [element, ...parts.filter(isElement)].some(
      (part) => attributeOf(part, 'href')?.startsWith('#') ?? false,
    )
  )
}

/** Whether an element leads from a note back to its mark: an arrow, or the number of the note as a heading of its own. */
function isBackLink(element: HtmlElement): boolean {
  if (element.tagName !== 'a' || !attributeOf(element, 'href')?.includes('#')) return false
  const text = shallowText(element).trim()
  return text !== '' && (ARROW.test(text) || (NUMBER.test(text) && isAloneInHeading(element)))
}

function isAloneInHeading({ parentNode }: HtmlElement): boolean {
  if (!parentNode || !/^h[1-6]$/.test(parentNode.nodeName)) return false
  const parts = parentNode.childNodes.filter((node) => !isText(node) || node.value.trim() !== '')
  return parts.length === 1
}

/** The text of an element and of its children, no deeper. */
function shallowText(element: HtmlElement): string {
  const texts = element.childNodes.map((node) => {
    if (isText(node)) return node.value
    if (!isElement(node)) return ''
    return node.childNodes.map((inner) => (isText(inner) ? inner.value : ' ')).join('')
  })
  return texts.join('')
}

function spanOf(element: HtmlElement, name: string): number {
  const span = Number.parseInt(attributeOf(element, name) ?? '1', 10)
  return span >= 1 ? Math.min(span, MAX_SPAN) : 1
}
