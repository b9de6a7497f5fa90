// A year answers "when", hardly ever "how many".
const YEAR = /\b(?:1[0-9]|20)\d\d\b/g
const NUMBER =
  /\p{N}|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|half|halves|thirds?|quarters?|fourths?|fifths?|tenths?|once|twice|couple|pair|majority)\b/iu
const TIME =
  /\p{N}|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|years?|months?|weeks?|days?|hours?|minutes?|century|centuries|decades?|era|age|ages|period|today|yesterday|now|recently|soon|early|late|later|ago|after|before|during|until|since|while|when|once|first|last|next|then|always|never|morning|evening|night|noon|midnight|christmas|easter)\b/iu
const DURATION =
  /\b(?:generations?|centur(?:y|ies)|decades?|years?|months?|weeks?|days?|nights?|hours?|minutes?|seconds?|since|until|ever|always|briefly|permanent(?:ly)?|temporar(?:y|ily)|lifetime|lifelong)\b/iu

const ASKS_FOR_NUMBER =
  /\bhow (?:many|much|old|far|tall|high|big|large|deep|wide|heavy|often|fast)\b|\bwhat (?:percent|percentage|number|proportion|fraction|share)\b|\bwhat is the (?:population|number|age|height|length|size|price|cost|salary)\b/iu
const ASKS_FOR_TIME =
  /\bwhen (?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|shall|should|was|were|will|would)\b|\b(?:what|which|in what|in which) (?:year|month|day|date|century|decade|time)\b/iu
const ASKS_FOR_DURATION = /\bhow long\b/iu

/**
 * Whether a question asks for a number, a time or a duration and the text has none: then it hardly answers, however
 * near it is. False for questions that ask for anything else.
 */
export function lacksAnswerType(question: string, text: string): boolean {
  const withoutYears = text.replace(YEAR, '')
  if (ASKS_FOR_NUMBER.test(question)) return !NUMBER.test(withoutYears)
  if (ASKS_FOR_DURATION.test(question)) {
    return !NUMBER.test(withoutYears) && !DURATION.test(text)
  }
  return ASKS_FOR_TIME.test(question) && !TIME.test(text)
}
