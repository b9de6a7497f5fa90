// Adobe's Symbol encoding from 0x20 on, as the font's own characters are written in Word: in place of a letter, a Greek one.
const SYMBOL_20 =
  ' !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼'
const SYMBOL_A0 =
  '€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭'

const WINGDINGS: ReadonlyMap<number, string> = new Map([
  [0xa8, '☐'],
  [0xfb, '✗'],
  [0xfc, '✓'],
  [0xfd, '☒'],
  [0xfe, '☑'],
  [0xe0, '→'],
  [0xdf, '←'],
  [0xf0, '⇨'],
])

/**
 * A character of a symbol font in Unicode: "≥" is easily one of them. `code` is hexadecimal, often in the private area. Empty for
 * ornaments.
 */
export function symbolOf(font: string, code: string): string {
  const number = Number.parseInt(code, 16)
  if (!Number.isInteger(number) || number > 0xffff) return ''
  const inFont = number >= 0xf000 ? number - 0xf000 : number
  if (/^symbol/i.test(font)) return symbolCharacter(inFont)
  if (/^wingdings/i.test(font)) return WINGDINGS.get(inFont) ?? ''
  return number >= 0xe000 && number <= 0xf8ff ? '' : String.fromCodePoint(number)
}

function symbolCharacter(code: number): string {
  if (code >= 0xa0) return SYMBOL_A0[code - 0xa0] ?? ''
  return SYMBOL_20[code - 0x20] ?? ''
}
