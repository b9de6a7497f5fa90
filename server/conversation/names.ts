/** Lower-case words inside a name: "Shah of Iran". */
const PARTICLE = '(?:of the|of|the|de la|de|del|der|da|di|du|van der|van|von|bin|ibn|al|el|la|le|&)'
const WORD = String.raw`(?:\p{Ll}{1,3}[-'’])?\p{Lu}[\p{L}\p{M}\p{N}]*(?:[-'’.&](?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]+)*(?:(?<=\b\p{Lu})\.)?`
const NAME = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${WORD}(?:\s+(?:${PARTICLE}\s+)?${WORD})*`,
  'gu',
)
const POSSESSIVE = /['’]s?$/u
/** The end of the text before a word that opens a sentence or stands after an opening quotation mark or bracket. */
const SENTENCE_OPENING = /(?:^|[.!?:;…]["”’)\]]*\s+|["“„«([/*_]\s*)$/u

/**
 * Words that are not part of the name that follows them, although they may be capitalised: words that open sentences,
 * titles such as "Mr", months and weekdays.
 */
const NOT_NAMES = new Set(
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
 * The different names in a text, in order: runs of capitalised words. The first word of a sentence counts only if another
 * capitalised word follows, or if it is capitalised in mid-sentence in the text or in `context`.
 */
export function namesIn(text: string, context = ''): string[] {
  const names = new Set<string>()
  for (const match of text.matchAll(NAME)) {
    const opensSentence = SENTENCE_OPENING.test(text.slice(0, match.index))
    const name = withoutLeadingWords(match[0]).replace(POSSESSIVE, '').trim()
    if (name.length < 2) continue
    const isFirstWord = opensSentence && name === match[0] && !/\s/u.test(name)
    if (isFirstWord && !isInMidSentence(name, text) && !isInMidSentence(name, context)) continue
    names.add(name)
  }
  return [...names]
}

/**
 * The name in a title that is a name ("Kurt Vonnegut", "D.O.A. (band)"), without the part in brackets. Null for a
 * headline.
 */
export function nameOfTitle(title: string): string | null {
  const name = title.replace(/\s*\([^)]*\)\s*$/u, '').trim()
  const words = name.split(/\s+/u)
  if (words.length > MAX_NAME_WORDS || /[:;?–—]|\s-\s/u.test(name)) return null
  const isName = words.every((word) => CAPITALISED.test(word) || LOWER_CASE_IN_TITLE.test(word))
  return isName ? name : null
}

const MAX_NAME_WORDS = 6
const CAPITALISED = /^["“'(]?(?:\p{Ll}{1,3}[-'’])?[\p{Lu}\p{N}]/u
const LOWER_CASE_IN_TITLE = new RegExp(`^(?:${PARTICLE}|and|in|on|for|to|a|an|at)$`, 'u')

/** Removes the words before a name: "When Reber" becomes "Reber", "In April" becomes empty. */
function withoutLeadingWords(name: string): string {
  const [first = '', ...rest] = name.split(/\s+/u)
  if (first === '' || !NOT_NAMES.has(first.toLowerCase())) return name
  return withoutLeadingWords(rest.join(' ').replace(/^(?:(?:of|the|de)\s+)+/u, ''))
}

/** Whether a name occurs in a text after another word or a comma, so not as the first word of a sentence. */
function isInMidSentence(name: string, text: string): boolean {
  return text
    .split(name)
    .slice(0, -1)
    .some((before) => /[\p{L}\p{N},]\s+$/u.test(before))
}
