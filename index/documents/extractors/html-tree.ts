import type { DefaultTreeAdapterTypes } from 'parse5'

export type HtmlElement = DefaultTreeAdapterTypes.Element
export type HtmlNode = DefaultTreeAdapterTypes.ChildNode
export type HtmlDocument = DefaultTreeAdapterTypes.Document

/** An attribute; undefined where the element has it not. */
export function attributeOf(element: HtmlElement, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value
}

export function isElement(node: HtmlNode): node is HtmlElement {
  return 'tagName' in node
}

export function isText(node: HtmlNode): node is DefaultTreeAdapterTypes.TextNode {
  return node.nodeName === '#text'
}

/** What a walk does at an element: what to do behind its last child, or null to leave it out. */
export interface Visitor {
  enter(element: HtmlElement): (() => void) | null
  text(value: string): void
}

/** Walks the tree below an element in order. A loop, since 100,000 elements may be nested. */
export function walk(root: HtmlElement | HtmlDocument, visitor: Visitor): void {
  const open = [{ children: root.childNodes.values(), leave: () => {} }]
  for (let frame = open.at(-1); frame; frame = open.at(-1)) {
    const next = frame.children.next()
    if (next.done) {
      open.pop()
      frame.leave()
      continue
    }
    const node = next.value
    if (isText(node)) visitor.text(node.value)
    if (!isElement(node)) continue
    const leave = visitor.enter(node)
    if (leave) open.push({ children: node.childNodes.values(), leave })
  }
}

/** All elements below, in order, that `isWanted` takes. */
export function findAll(
  root: HtmlElement | HtmlDocument,
  isWanted: (element: HtmlElement) => boolean,
): HtmlElement[] {
  const found: HtmlElement[] = []
  walk(root, {
    enter: (element) => {
      if (isWanted(element)) found.push(element)
      return () => {}
    },
    text: () => {},
  })
  return found
}

/** All text below, as it stands in the file. */
export function rawTextOf(root: HtmlElement): string {
  let text = ''
  walk(root, {
    enter: () => () => {},
    text: (value) => {
      text += value
    },
  })
  return text
}
