import { attributeOf, type HtmlElement, isElement, isText } from './html-tree.ts'
import { subscript, superscript } from './inline-text.ts'
import { fraction, root } from './office-math.ts'
import { elementsOf, textOf, type XmlElement, type XmlNode } from './xml.ts'

/** Deeper formulas are cut: nobody writes them. */
const MAX_DEPTH = 100

/** A formula in MathML on one line. */
export function mathText(element: XmlElement): string {
  return partOf(element).replace(/\s+/g, ' ').trim()
}

/** A formula in HTML as XML. */
export function mathElement(element: HtmlElement, depth = 0): XmlElement {
  const children = element.childNodes.flatMap((child): XmlNode[] => {
    if (isText(child)) return [child.value]
    return isElement(child) && depth < MAX_DEPTH ? [mathElement(child, depth + 1)] : []
  })
  const display = attributeOf(element, 'display')
  const attributes = new Map(display === undefined ? [] : [['display', display]])
  return { name: `math:${element.tagName}`, attributes, children }
}

function partOf(element: XmlElement): string {
  const parts = elementsOf(element)
  const at = (i: number) => {
    const part = parts[i]
    return part ? partOf(part).trim() : ''
  }
  switch (element.name) {
    case 'math:mi':
    case 'math:mn':
    case 'math:ms':
      return textOf(element).trim()
    case 'math:mtext':
      return textOf(element)
    case 'math:mo':
      return spacedOperator(textOf(element).trim())
    case 'math:mspace':
      return ' '
    case 'math:msup':
    case 'math:mover':
      return at(0) + superscript(at(1))
    case 'math:msub':
    case 'math:munder':
      return at(0) + subscript(at(1))
    case 'math:msubsup':
    case 'math:munderover':
      return at(0) + subscript(at(1)) + superscript(at(2))
    case 'math:mfrac':
      return fraction(at(0), at(1))
    case 'math:msqrt':
      return root('', parts.map(partOf).join(''))
    case 'math:mroot':
      return root(at(1), at(0))
    case 'math:mfenced':
      return `(${parts.map(partOf).join(', ')})`
    case 'math:mtable':
      return `[${parts.map(partOf).join('; ')}]`
    case 'math:mtr':
      return parts.map(partOf).join(', ')
    // The formula comes first, then the same in other notations.
    case 'math:semantics':
      return at(0)
    case 'math:annotation':
    case 'math:annotation-xml':
    case 'math:mphantom':
      return ''
    default:
      return parts.map(partOf).join('')
  }
}

function spacedOperator(operator: string): string {
  if (/^[\u2061-\u2064]?$/.test(operator)) return ''
  if (/^[,;]$/.test(operator)) return `${operator} `
  return /^[=<>≤≥≠≈≡+−∓±×÷→⇒⇔∈∉⊂⊆∪∩-]$/.test(operator) ? ` ${operator} ` : operator
}
