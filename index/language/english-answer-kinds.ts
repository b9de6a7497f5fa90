import type { AnswerKind } from './language.ts'

/** What shows that a question, or a few words in place of one, ask for a kind of answer. */
const SIGNS: Readonly<Record<AnswerKind, RegExp>> = {
  time: /\bwhen\b|\bhow (?:soon|early|late)\b|\b(?:what|which) (?:year|month|day|days|weekday|date|dates|century|decade|time|times|hour|hours|season|moment|point)\b|\b(?:dates?|deadline|until|till|timing|times?|hours)\b/iu,
  duration:
    /\bhow long\b|\bhow many (?:years|months|weeks|days|nights|hours|minutes|seconds)\b|\bhow much time\b|\b(?:what|which) (?:length of )?(?:period|time span)\b|\b(?:duration|length|retention|period|window|interval)\b/iu,
  frequency: /\bhow (?:often|frequently|many times)\b|\b(?:interval|intervals|frequency|every)\b/iu,
  place:
    /\bwhere\b|\b(?:what|which) (?:place|places|city|town|village|country|location|area|areas|part)\b|\b(?:location|venue|place|birthplace|habitat|origin)\b/iu,
  person:
    /\b(?:who|whom|whose)\b|\b(?:what|which) (?:person|people|player|candidate|team|company|firm|party|parties|journalist|woman|man)\b|\bnames? of\b/iu,
  reason:
    /\bwhy\b|\bhow come\b|\b(?:reasons?|causes?|caused|explains?|explanation|purpose|grounds?)\b|\bwhat (?:made|makes|led|brought|went wrong)\b/iu,
  manner:
    /\bhow (?:do|does|did|can|could|should|shall|is|are|was|were|to|may|must|would|will|have|has)\b|\bway to\b/iu,
  amount:
    /\bhow (?:much|many|high|large|tall|wide|deep|big|fast|far|loud|old|warm|hot|cold|thick|heavy|expensive|strong)\b|\b(?:what|which) (?:number|amount|quantity|sum|share|part|level|percentage|percent)\b|\b(?:number|amount|price|cost|costs|fee|sum|size|percent|percentage|total|limit|maximum|minimum)\b/iu,
}

const KINDS: readonly AnswerKind[] = [
  'time',
  'duration',
  'frequency',
  'place',
  'person',
  'reason',
  'manner',
  'amount',
]

/** The kinds of answers that a question asks for; none where its words do not say it, as in "What is the return policy?". */
export function englishAnswerKinds(question: string): ReadonlySet<AnswerKind> {
  return new Set(KINDS.filter((kind) => SIGNS[kind].test(question)))
}
