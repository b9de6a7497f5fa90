import type { Nodes, Paragraph, Parents, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'
import type { Block } from './blocks.ts'
import { type Span, trimSpan } from './span.ts'

/** A heading as plain text, and its level: 1 is the highest of 6. */
export interface Heading {
  readonly level: number
  readonly text: string
}

/**
 * The blocks of a Markdown text, by the CommonMark grammar, and its headings, those without text left out. Headings
 * are not blocks: they are never quoted, but stand as `heading` on what follows them. Lists and block quotes are one
 * block each, one part a paragraph in them; link definitions, rules and comments are left out.
 */
export function readMarkdown(text: string): { blocks: Block[]; headings: Heading[] } {
  const blocks: Block[] = []
  const headings: Heading[] = []
  let heading: string | null = null
  for (const node of fromMarkdown(text).children) {
    if (node.type === 'heading') {
      heading = toString(node).trim() || null
      if (heading !== null) headings.push({ level: node.depth, text: heading })
      continue
    }
    const block = toBlock(text, node, heading)
    if (block) blocks.push(block)
  }
  return { blocks, headings }
}

function toBlock(text: string, node: RootContent, heading: string | null): Block | null {
  const span = trimSpan(text, spanOf(node))
  switch (node.type) {
    case 'paragraph':
      return { ...span, kind: 'prose', parts: [span], heading, mayRunOn: true }
    case 'code':
      return { ...span, kind: 'lines', parts: [codeSpan(text, span)], heading, mayRunOn: false }
    case 'html':
      if (node.value.startsWith('<!--')) return null
      return { ...span, kind: 'prose', parts: [span], heading, mayRunOn: false }
    case 'list':
    case 'blockquote': {
      const parts = leaves(node).map((leaf) => trimSpan(text, spanOf(leaf)))
      return parts.length === 0 ? null : { ...span, kind: 'prose', parts, heading, mayRunOn: false }
    }
    default:
      return null
  }
}

function leaves(node: Parents): Nodes[] {
  return node.children.flatMap((child): Nodes[] => {
    if (isLeaf(child)) return [child]
    return 'children' in child ? leaves(child) : []
  })
}

function isLeaf(node: Nodes): node is Paragraph {
  return node.type === 'paragraph' || node.type === 'code' || node.type === 'heading'
}

/** What stands between the fences; all of it where the code is indented instead. */
function codeSpan(text: string, span: Span): Span {
  const fenced = /^(`{3,}|~{3,})[^\n]*\n([\s\S]*?)(?:\n[ \t]*\1[`~]*)?$/.exec(
    text.slice(span.start, span.end),
  )
  if (!fenced) return span
  const start = span.start + fenced[0].indexOf('\n') + 1
  return trimSpan(text, { start, end: start + (fenced[2] ?? '').length })
}

function spanOf(node: Nodes): Span {
  const start = node.position?.start.offset
  const end = node.position?.end.offset
  if (start === undefined || end === undefined) {
    throw new Error(`a ${node.type} node without a position`)
  }
  return { start, end }
}
