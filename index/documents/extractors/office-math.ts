import { subscript, superscript } from './inline-text.ts'
import { elementAt, elementsOf, textOf, type XmlElement } from './xml.ts'

/** A formula of Word or PowerPoint (`m:oMath`) on one line: "x = (−b ± √(b² − 4ac))/(2a)". */
export function officeMath(element: XmlElement | undefined): string {
  let text = ''
  let wasFraction = false
  for (const child of elementsOf(element)) {
    const part = partOf(child)
    // Else "1/z dz" would be "1/zdz".
    text += wasFraction && /^[\p{L}\p{N}]/u.test(part) ? ` ${part}` : part
    wasFraction = child.name === 'm:f'
  }
  return text
}

function partOf(element: XmlElement): string {
  const at = (name: string) => officeMath(elementAt(element, `m:${name}`))
  const all = (name: string) => elementsOf(element, `m:${name}`).map(officeMath)
  const property = (name: string) => propertyOf(element, name)
  switch (element.name) {
    case 'm:r':
      return elementsOf(element, 'm:t').map(textOf).join('')
    case 'm:sSup':
      return at('e') + superscript(at('sup'))
    case 'm:sSub':
      return at('e') + subscript(at('sub'))
    case 'm:sSubSup':
      return at('e') + subscript(at('sub')) + superscript(at('sup'))
    case 'm:sPre':
      return subscript(at('sub')) + superscript(at('sup')) + at('e')
    case 'm:f':
      return property('type') === 'noBar'
        ? `(${at('num')} ${at('den')})`
        : fraction(at('num'), at('den'))
    case 'm:rad':
      return root(at('deg'), at('e'))
    case 'm:nary':
      return `${property('chr') ?? '∫'}${subscript(at('sub'))}${superscript(at('sup'))} ${at('e')}`
    case 'm:d':
      return `${property('begChr') ?? '('}${all('e').join(property('sepChr') ?? '|')}${property('endChr') ?? ')'}`
    case 'm:func':
      return `${at('fName')} ${at('e')}`
    case 'm:limLow':
      return at('e') + subscript(at('lim'))
    case 'm:limUpp':
      return at('e') + superscript(at('lim'))
    case 'm:acc':
      return at('e') + (property('chr') ?? '\u0302')
    case 'm:m':
      return `[${all('mr').join('; ')}]`
    case 'm:mr':
      return all('e').join(', ')
    case 'm:eqArr':
      return all('e').join('; ')
    default:
      return element.name.endsWith('Pr') ? '' : officeMath(element)
  }
}

/** A property such as the character of an operator; undefined where the default of its kind holds. */
function propertyOf(element: XmlElement, name: string): string | undefined {
  const properties = elementsOf(element).find((child) => child.name === `${element.name}Pr`)
  return elementAt(properties, `m:${name}`)?.attributes.get('m:val')
}

/** "a/b", with brackets where a part is more than a name or a number. */
export function fraction(numerator: string, denominator: string): string {
  return `${bracketed(numerator)}/${bracketed(denominator)}`
}

/** "√x", "³√(x + 1)". */
export function root(degree: string, radicand: string): string {
  return `${degree === '' ? '' : superscript(degree)}√${bracketed(radicand)}`
}

function bracketed(text: string): string {
  const inner = text.trim()
  return /^[\p{L}\p{M}\p{N}.,]*$/u.test(inner) ? inner : `(${inner})`
}
