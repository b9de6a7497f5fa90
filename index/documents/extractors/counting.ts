const ROMAN: readonly (readonly [string, number])[] = [
  ['m', 1000],
  ['cm', 900],
  ['d', 500],
  ['cd', 400],
  ['c', 100],
  ['xc', 90],
  ['l', 50],
  ['xl', 40],
  ['x', 10],
  ['ix', 9],
  ['v', 5],
  ['iv', 4],
  ['i', 1],
]

/** Larger numbers are written in figures: in Roman ones they would be as long as they are large. */
const MAX_ROMAN = 4000

/** "iv"; in figures where it is over 4,000. */
function roman(number: number): string {
  if (number < 1 || number >= MAX_ROMAN) return String(number)
  let left = number
  let result = ''
  for (const [letters, value] of ROMAN) {
    while (left >= value) {
      result += letters
      left -= value
    }
  }
  return result
}

/** "c" for 3, "ab" for 28. */
function alphabetic(number: number): string {
  let left = number
  let result = ''
  while (left > 0) {
    const letter = (left - 1) % 26
    result = String.fromCodePoint(97 + letter) + result
    left = (left - 1 - letter) / 26
  }
  return result
}

/** A number as a list numbers its items: with letters for "a" and "A", in Roman numerals for "i" and "I", else in figures. */
export function numberAs(number: number, style: string): string {
  switch (style) {
    case 'a':
      return alphabetic(number)
    case 'A':
      return alphabetic(number).toUpperCase()
    case 'i':
      return roman(number)
    case 'I':
      return roman(number).toUpperCase()
    default:
      return String(number)
  }
}
