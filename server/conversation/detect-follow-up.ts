import { english } from '../../index/language/en.ts'
import { stemsOf, topicStems } from '../../index/language/stems.ts'
import { namesIn } from './names.ts'

const QUESTION_WORD = 'who|whom|whose|what|which|when|where|why|how'
const AUXILIARY =
  "is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|hadn't|can't|couldn't|won't|wouldn't|shouldn't"
const PREPOSITION =
  'about|after|against|at|before|because|between|by|during|for|from|in|into|like|of|on|since|than|through|to|toward|towards|under|until|upon|with|without'

const WORD = /[\p{L}\p{N}'’-]+/gu
const HAS_AUXILIARY = new RegExp(`\\b(?:${AUXILIARY})\\b`, 'iu')
const HAS_QUESTION_WORD = new RegExp(`\\b(?:${QUESTION_WORD})\\b`, 'iu')
const IS_PREPOSITION = new RegExp(`^(?:${PREPOSITION})$`, 'iu')
const FRAGMENT_WORD = new RegExp(
  `^(?:${QUESTION_WORD}|${PREPOSITION}|not|so|come|exactly|many|much|long|often|old|far|the|year|other|others|else)$`,
  'iu',
)

const PRONOUNS = [
  /\b(?:he|she|they|it)\b/iu,
  /\b(?:his|her|hers|their|theirs|its)\b/iu,
  /\b(?:him|them|himself|herself|themselves|itself)\b/iu,
]
/** "it" that stands for nothing: "is it true that", "how long does it take to", "what time is it". */
const EMPTY_IT =
  /\bit (?:\w+ )?(?:true|possible|likely|known|necessary|important|common|legal|safe|normal|said|believed|thought|clear|hard|easy|difficult|too (?:early|late))\b|\b(?:does|did|will|would) it (?:take|cost|mean|matter)\b.* to\b|\btime (?:is|was) it\b/iu

const POINTS_BACK = [
  /\b(?:this|these)\b/iu,
  /\bthose\b(?! (?:who|that|which|whose|in|of|from|with)\b)/iu,
  // "that" where it points rather than joins: after a preposition or the verb, at either end.
  new RegExp(
    `^(?:and |but |so |or )?that\\b|\\bthat(?=\\s*[?.!]*$)|\\b(?:${PREPOSITION}|${AUXILIARY}|${QUESTION_WORD}|at|all) that\\b`,
    'iu',
  ),
  /\bthat (?:time|year|day|month|season|point|period|era|same|one)\b/iu,
  /(?<!\b(?:is|are|was|were|be|been|isn't|aren't|wasn't|weren't|has|have|will|can|could|would|do) )\bthere\b(?! (?:is|are|was|were|be|been|exists?|any|a|an|no|some)\b)/iu,
  /\bthe (?:former|latter|same|above|others?|rest|first one|second one|last one)\b|\b(?:the )?aforementioned\b|\bthereafter\b|\bafterwards?\b/iu,
]
/** Asks for more of what was just said, unless it names what of. */
const ASKS_FOR_OTHERS =
  /\b(?:else|other|others|another|also|more|next|then|too|besides|instead)\b/iu
const OPENS_AS_SEQUEL =
  /^(?:and|but|so|or|also|then|what about|how about|what else|who else|where else|anything else|any other|any more)\b/iu
const DEFINITE = /\bthe ((?:[\p{L}\p{N}-]+ ?){1,3})/giu

/** Words of questions that are about nothing by themselves. */
const EMPTY = new Set([
  ...`${QUESTION_WORD}|${AUXILIARY}|${PREPOSITION}`.split('|'),
  ...`a an the any anything anyone someone something some all and or not no there happen happened happening happens
  thing things result results outcome outcomes reason reasons cause caused year years time
  interesting interested important notable significant fact facts aspect aspects article information
  tell know me you us i say said explain describe mean meant detail details more so come many much long often old`.split(
    /\s+/,
  ),
])

/**
 * Whether a question leans on what was asked and quoted before it. One that does not is searched for as it
 * was typed; so it is told by the words of the question, and doubt means that it stands alone.
 */
export function leans(question: string): boolean {
  const text = question.trim()
  return (
    OPENS_AS_SEQUEL.test(text) ||
    isFragment(text) ||
    POINTS_BACK.some((pattern) => pattern.test(text)) ||
    hasOpenPronoun(text) ||
    (namesIn(text).length === 0 && (ASKS_FOR_OTHERS.test(text) || isAboutNothing(text)))
  )
}

/** Whether a question without a name speaks of "the" something of which one of the texts has spoken. */
export function takesUp(question: string, texts: readonly string[]): boolean {
  const definite = [...question.matchAll(DEFINITE)].flatMap(([, words = '']) =>
    topicStems(words, english),
  )
  if (definite.length === 0 || namesIn(question).length > 0) return false
  const said = new Set(texts.flatMap((text) => stemsOf(text, english)))
  return definite.some((stem) => said.has(stem))
}

/** Whether a question has no verb of its own: "why?", "in 2019?", "by whom?". */
export function isFragment(question: string): boolean {
  const words = question.match(WORD) ?? []
  const [first = ''] = words
  if (IS_PREPOSITION.test(first) && !HAS_AUXILIARY.test(question)) return true
  return words.length > 0 && words.every((word) => FRAGMENT_WORD.test(word))
}

/** Whether a question has a verb, as far as question words and auxiliaries tell: after "who" there is one. */
export function hasVerb(question: string): boolean {
  return HAS_AUXILIARY.test(question) || HAS_QUESTION_WORD.test(question)
}

/** A pronoun that nothing before it in the question can be meant by. */
function hasOpenPronoun(text: string): boolean {
  const plain = text.replace(EMPTY_IT, '')
  return PRONOUNS.some((pronoun) => {
    const at = plain.search(pronoun)
    return at !== -1 && namesIn(plain.slice(0, at)).length === 0
  })
}

function isAboutNothing(text: string): boolean {
  const words = text.toLowerCase().match(WORD) ?? []
  return words.every((word) => EMPTY.has(word) || /^\d+$/u.test(word))
}
