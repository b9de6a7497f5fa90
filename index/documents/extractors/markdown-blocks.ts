import type { Nodes, Paragraph, Parents, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'
import { type Span, trimSpan } from '../../span.ts'
import type { Block } from './extractor.ts'

/** The blocks of a Markdown text; link definitions, rules and comments are left out. */
export function markdownBlocks(text: string): Block[] {
  try {
    return fromMarkdown(text).children.flatMap((node) => toBlock(text, node) ?? [])
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Error('is nested too deeply to be read; make it flatter', { cause: error })
  }
}

function toBlock(text: string, node: RootContent): Block | null {
  const span = trimSpan(text, spanOf(node))
  switch (node.type) {
    case 'heading':
      return { ...span, role: 'heading', level: node.depth, text: toString(node).trim() }
    case 'paragraph':
      return { ...span, role: 'paragraph', mayRunOn: true, parts: [span] }
    case 'code':
      return { ...span, role: 'code', mayRunOn: false, parts: [codeSpan(text, span)] }
    case 'html':
      return node.value.startsWith('<!--')
        ? null
        : { ...span, role: 'markup', mayRunOn: false, parts: [span] }
    case 'list':
    case 'blockquote': {
      const parts = leaves(node).map((leaf) => trimSpan(text, spanOf(leaf)))
      const role = node.type === 'list' ? 'list' : 'quotation'
      return parts.length === 0 ? null : { ...span, role, mayRunOn: false, parts }
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
