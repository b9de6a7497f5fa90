import { english } from '../../index/language/en.ts'
import { stemsOf, topicStems } from '../../index/language/stems.ts'
import { namesIn } from './names.ts'

const QUESTION_WORD = 'who|whom|whose|what|which|when|where|why|how'
const AUXILIARY =
  "is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|hasn't|haven't|hadn't|can't|couldn't|won't|wouldn't|shouldn't"
const PREPOSITION =
  'about|after|against|at|before|because|between|by|during|for|from|in|into|like|of|on|since|than|through|to|toward|towards|under|until|upon|with|without'

const WORD = /[\p{L}\p{N}'’-]+/gu
const AUXILIARY_PATTERN = new RegExp(`\\b(?:${AUXILIARY})\\b`, 'iu')
const QUESTION_WORD_PATTERN = new RegExp(`\\b(?:${QUESTION_WORD})\\b`, 'iu')
const PREPOSITION_PATTERN = new RegExp(`^(?:${PREPOSITION})$`, 'iu')
const FRAGMENT_WORD = new RegExp(
  `^(?:${QUESTION_WORD}|${PREPOSITION}|not|so|come|exactly|many|much|long|often|old|far|the|year|other|others|else)$`,
  'iu',
)

const PRONOUNS = [
  /\b(?:he|she|they|it)\b/iu,
  /\b(?:his|her|hers|their|theirs|its)\b/iu,
  /\b(?:him|them|himself|herself|themselves|itself)\b/iu,
]
/** "it" that refers to nothing: "is it true that", "how long does it take to", "what time is it". */
const IMPERSONAL_IT =
  /\bit (?:\w+ )?(?:true|possible|likely|known|necessary|important|common|legal|safe|normal|said|believed|thought|clear|hard|easy|difficult|too (?:early|late))\b|\b(?:does|did|will|would) it (?:take|cost|mean|matter)\b.* to\b|\btime (?:is|was) it\b/iu

/** Words that point to something that was mentioned before: "this", "there", "the latter". */
const BACK_REFERENCES = [
  /\b(?:this|these)\b/iu,
  /\bthose\b(?! (?:who|that|which|whose|in|of|from|with)\b)/iu,
  // "that" as a demonstrative, not as a conjunction: at the start, at the end, or after a preposition, an auxiliary
  // or a question word.
  new RegExp(
    `^(?:and |but |so |or )?that\\b|\\bthat(?=\\s*[?.!]*$)|\\b(?:${PREPOSITION}|${AUXILIARY}|${QUESTION_WORD}|at|all) that\\b`,
    'iu',
  ),
  /\bthat (?:time|year|day|month|season|point|period|era|same|one)\b/iu,
  /(?<!\b(?:is|are|was|were|be|been|isn't|aren't|wasn't|weren't|has|have|will|can|could|would|do) )\bthere\b(?! (?:is|are|was|were|be|been|exists?|any|a|an|no|some)\b)/iu,
  /\bthe (?:former|latter|same|above|others?|rest|first one|second one|last one)\b|\b(?:the )?aforementioned\b|\bthereafter\b|\bafterwards?\b/iu,
]
/** Asks for more of the same kind ("Who else was arrested?"). A question with a name of its own still stands alone. */
const ASKS_FOR_MORE_OF_KIND =
  /\b(?:else|other|others|another|also|more|next|then|too|besides|instead)\b/iu
const STARTS_AS_FOLLOW_UP =
  /^(?:and|but|so|or|also|then|what about|how about|what else|who else|where else|anything else|any other|any more)\b/iu
/** "the" with the one to three words after it. */
const DEFINITE_PHRASE = /\bthe ((?:[\p{L}\p{N}-]+ ?){1,3})/giu

/** Words that name no topic. A question of only these words gets its topic from the conversation. */
const TOPICLESS_WORDS = new Set([
  ...`${QUESTION_WORD}|${AUXILIARY}|${PREPOSITION}`.split('|'),
  ...`a an the any anything anyone someone something some all and or not no there happen happened happening happens
  thing things result results outcome outcomes reason reasons cause caused year years time
  interesting interested important notable significant fact facts aspect aspects article information
  tell know me you us i say said explain describe mean meant detail details more so come many much long often old`.split(
    /\s+/,
  ),
])

/**
 * Whether the wording of a question shows that it depends on the conversation. In doubt it is false: a question that
 * stands alone is searched for as it was typed.
 */
export function hasFollowUpWording(question: string): boolean {
  const text = question.trim()
  return (
    STARTS_AS_FOLLOW_UP.test(text) ||
    isFragment(text) ||
    BACK_REFERENCES.some((pattern) => pattern.test(text)) ||
    hasUnresolvedPronoun(text) ||
    (namesIn(text).length === 0 && (ASKS_FOR_MORE_OF_KIND.test(text) || hasNoTopic(text)))
  )
}

/**
 * Whether a question mentions with "the" a thing that an earlier text mentions: "the convoy" after "A convoy was
 * attacked." False for a question with a name, since that stands alone.
 */
export function mentionsEarlierThing(question: string, earlierTexts: readonly string[]): boolean {
  const stems = [...question.matchAll(DEFINITE_PHRASE)].flatMap(([, words = '']) =>
    topicStems(words, english),
  )
  if (stems.length === 0 || namesIn(question).length > 0) return false
  const earlierStems = new Set(earlierTexts.flatMap((text) => stemsOf(text, english)))
  return stems.some((stem) => earlierStems.has(stem))
}

/** Whether a question has no verb of its own: "why?", "in 2019?", "by whom?". */
export function isFragment(question: string): boolean {
  const words = question.match(WORD) ?? []
  const [first = ''] = words
  if (PREPOSITION_PATTERN.test(first) && !AUXILIARY_PATTERN.test(question)) return true
  return words.length > 0 && words.every((word) => FRAGMENT_WORD.test(word))
}

/**
 * Whether a question has a verb. An auxiliary is a verb, and a question word is taken as a sign of one: "who" hardly
 * stands without a verb.
 */
export function hasVerb(question: string): boolean {
  return AUXILIARY_PATTERN.test(question) || QUESTION_WORD_PATTERN.test(question)
}

/** Whether a question has a pronoun with no name before it that the pronoun could stand for. */
function hasUnresolvedPronoun(text: string): boolean {
  const withoutImpersonal = text.replace(IMPERSONAL_IT, '')
  return PRONOUNS.some((pronoun) => {
    const at = withoutImpersonal.search(pronoun)
    return at !== -1 && namesIn(withoutImpersonal.slice(0, at)).length === 0
  })
}

function hasNoTopic(text: string): boolean {
  const words = text.toLowerCase().match(WORD) ?? []
  return words.every((word) => TOPICLESS_WORDS.has(word) || /^\d+$/u.test(word))
}
