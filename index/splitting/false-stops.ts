/**
 * Full stops that end no sentence. `Intl.Segmenter` follows Unicode's sentence rules, which know no
 * abbreviations: a stop, a space and a capital or a digit are a boundary to it, always.
 */

const words = (list: string) => new Set(list.split(/\s+/))

/** A name or a term follows them, so they never end a sentence. */
const BEFORE_A_NAME = words(`mr mrs ms mx dr prof gen brig maj col lt capt cpt cmdr adm sgt cpl pvt
  rev fr hon sen rep gov pres amb supt st mt ft messrs mme mlle e.g i.e viz cf vs v approx ca al`)

/** Never the end of a sentence when a number follows. */
const BEFORE_A_NUMBER = words(`no nos nr art arts fig figs eq sec sect ch chap vol vols p pp para
  paras ver ed c ref reg`)

/** Within a sentence as often as at its end. */
const ANYWHERE =
  words(`inc ltd co corp plc llc bros jr sr etc esq dept univ assn est jan feb mar apr
  jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ave blvd rd`)

/** Words that begin sentences far oftener than they follow an abbreviation inside one. */
const STARTERS = words(`the a an this that these those he she it they we you i his her its their our
  my in on at by for from with without after before when while where who what why how if as although
  though but and or so because since there here then thus however moreover meanwhile also both each
  some many most all no nor not neither none another such during under until once to several yet still today later`)

const LAST_TOKEN = /(?:^|[\s([{“‘"'«/–—-])([\p{L}\p{N}][\p{L}\p{N}.]*)\.$/u
const NEXT_WORD = /^[("'“‘«[]*([\p{L}\p{M}’']+)/u
const STARTS_WITH_NUMBER = /^[("'“‘«[#]*(?:\p{N}|[IVXLCDM]+\b)/u
const ENUMERATOR = /^\s*[([]?(?:\p{N}{1,3}|\p{L}|[ivxlc]{1,5}|[IVXLC]{1,5})[.)]$/u
const SPEECH_GOES_ON = /[?!…]["'”’»)\]]+$/u

/**
 * Whether the boundary between `before` (the sentence so far, or its last few dozen code units, no
 * white space at its end) and `after` (what follows, no white space at its start) is none.
 */
export function isFalseStop(before: string, after: string): boolean {
  if (ENUMERATOR.test(before)) return true
  if (SPEECH_GOES_ON.test(before)) return /^\p{Ll}/u.test(after)
  const token = LAST_TOKEN.exec(before)?.[1]
  if (token === undefined) return false
  const word = token.toLowerCase()
  if (BEFORE_A_NAME.has(word)) return true
  if (isInitial(token) || isAcronym(token) || ANYWHERE.has(word)) return !startsSentence(after)
  return BEFORE_A_NUMBER.has(word) && STARTS_WITH_NUMBER.test(after)
}

function startsSentence(after: string): boolean {
  // "J. A. Smith": a lone capital is an initial, even where it is a word elsewhere.
  if (/^\p{Lu}\./u.test(after) || /^\p{N}/u.test(after)) return false
  const next = NEXT_WORD.exec(after)?.[1]
  return next === undefined || STARTERS.has(next.toLowerCase())
}

/** "J." as in "J. Smith"; not "I", which is a word. */
function isInitial(token: string): boolean {
  return /^\p{Lu}$/u.test(token) && token !== 'I'
}

/** "U.S", "a.m", "Ph.D", without the last stop. */
function isAcronym(token: string): boolean {
  return /^\p{L}{1,2}(?:\.\p{L}{1,2})+$/u.test(token)
}
