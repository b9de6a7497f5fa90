/** Words that stand in lower case inside a name. */
const PARTICLE = '(?:of the|of|the|de la|de|del|der|da|di|du|van der|van|von|bin|ibn|al|el|la|le|&)'
const WORD = String.raw`(?:\p{Ll}{1,3}[-'’])?\p{Lu}[\p{L}\p{M}\p{N}]*(?:[-'’.&](?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]+)*(?:(?<=\b\p{Lu})\.)?`
const NAME = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${WORD}(?:\s+(?:${PARTICLE}\s+)?${WORD})*`,
  'gu',
)
const POSSESSIVE = /['’]s?$/u
const OPENING = /(?:^|[.!?:;…]["”’)\]]*\s+|["“„«([/*_]\s*)$/u

/** Capitalised for other reasons than being a name, or names of nothing that a pronoun could mean. */
const ORDINARY = new Set(
  `i a an the and but or so if in on at by of to for from with as is are was were am be do does did has have had can
  could will would shall should may might must not no yes who whom whose what which when where why how this that these
  those there here he she it they we you his her hers its their theirs our my your him them us me any anything
  anyone some all both each every other others another such after before during since until while although though
  because however also then thus hence therefore following despite according besides between among about into over
  under more most many much few several one two three first second third last next even still yet tell describe
  explain show list name give define please are let january february march april june july august september october
  november december monday tuesday wednesday thursday friday saturday sunday mr mrs ms dr`.split(
    /\s+/,
  ),
)

/**
 * The names in a text, in order, each once: runs of capitalised words. A word that only opens a sentence counts
 * if another capitalised one follows, or if it is capitalised in mid-sentence in the text or in `known`.
 */
export function namesIn(text: string, known = ''): string[] {
  const names = new Set<string>()
  for (const match of text.matchAll(NAME)) {
    const opens = OPENING.test(text.slice(0, match.index))
    const name = withoutOrdinary(match[0]).replace(POSSESSIVE, '').trim()
    if (name.length < 2) continue
    const isOnlyOpening = opens && name === match[0] && !/\s/u.test(name)
    if (isOnlyOpening && !isInside(name, text) && !isInside(name, known)) continue
    names.add(name)
  }
  return [...names]
}

/** A title that names its subject ("Kurt Vonnegut", "D.O.A. (band)"), without what is in brackets; null for a headline. */
export function nameOfTitle(title: string): string | null {
  const name = title.replace(/\s*\([^)]*\)\s*$/u, '').trim()
  const words = name.split(/\s+/u)
  if (words.length > LONGEST_NAME || /[:;?–—]|\s-\s/u.test(name)) return null
  const isName = words.every((word) => CAPITALISED.test(word) || SMALL.test(word))
  return isName ? name : null
}

/** In words. */
const LONGEST_NAME = 6
const CAPITALISED = /^["“'(]?(?:\p{Ll}{1,3}[-'’])?[\p{Lu}\p{N}]/u
const SMALL = new RegExp(`^(?:${PARTICLE}|and|in|on|for|to|a|an|at)$`, 'u')

/** "In April" and "When Reber" without the words before the name. */
function withoutOrdinary(name: string): string {
  const [first = '', ...others] = name.split(/\s+/u)
  if (first === '' || !ORDINARY.has(first.toLowerCase())) return name
  return withoutOrdinary(others.join(' ').replace(/^(?:(?:of|the|de)\s+)+/u, ''))
}

function isInside(name: string, text: string): boolean {
  return text
    .split(name)
    .slice(0, -1)
    .some((before) => /[\p{L}\p{N},]\s+$/u.test(before))
}
