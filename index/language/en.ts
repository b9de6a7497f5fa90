import { stemmer } from 'stemmer'
import { englishAnswerKinds } from './english-answer-kinds.ts'
import { areOpposite } from './english-opposites.ts'
import { foldedWords, foldText } from './folding.ts'
import { readDocumentQuestion, speaksOf } from './english-document-question.ts'
import { type Language, type Stem, toStem } from './language.ts'

const POSSESSIVE = /(?<=\p{L})['’]s(?![\p{L}\p{N}])/giu

const STOP_WORDS =
  wordSet(`a about above after again all also am an and any are as at be because been before being below between
  both but by can could did do does doing down during each few for from further had has have having he
  her here hers herself him himself his how i if in into is it its itself just let me more most my myself
  no nor not now of off on once only or other our ours ourselves out over own please same shall she should
  since so some such tell than that the their theirs them themselves then there these they this those
  through to too under until up us very was we were what when where whether which while who whom whose why
  will with would you your yours yourself yourselves s t d ll m re ve don`)

/** Among them are the verbs for which answers mostly have a better one ("let go" is "released"). */
const FILLERS =
  wordSet(`name names named called call calls known type types kind kinds many much long example examples term
  terms word happened happen cause caused find found given one made make really actually exactly possible
  people person anybody anyone anything somebody someone something nobody everybody everyone thing things
  know think want like need get got go going gone come came let say said mean meant put take took
  become became`)

const BEFORE_NAME = wordSet(`mr mrs ms mx dr prof gen brig maj col lt capt cpt cmdr adm sgt cpl pvt
  rev fr hon sen rep gov pres amb supt st mt ft messrs mme mlle e.g i.e viz cf vs v approx ca al`)

const BEFORE_NUMBER = wordSet(`no nos nr art arts fig figs eq sec sect ch chap vol vols p pp para
  paras ver ed c ref reg`)

const ANYWHERE =
  wordSet(`inc ltd co corp plc llc bros jr sr etc esq dept univ assn est jan feb mar apr
  jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ave blvd rd`)

const SENTENCE_STARTERS =
  wordSet(`the a an this that these those he she it they we you i his her its their our
  my in on at by for from with without after before when while where who what why how if as although
  though but and or so because since there here then thus however moreover meanwhile also both each
  some many most all no nor not neither none another such during under until once to several yet still today later`)

const NEGATES =
  /^(?:no|not|nor|neither|never|none|nobody|nothing|nowhere|cannot|hardly|scarcely|barely|rarely|seldom|non|ex|anti|unless|except|without|fail(?:s|ed|ing|ure)?|refus(?:es?|ed|ing|al)|den(?:y|ies|ied|ying|ial)|reject(?:s|ed|ing|ion)?|lack(?:s|ed|ing)?|doubt(?:s|ed|ing)?|\p{L}+n['’]t|(?:do|does|did|is|are|was|were|has|have|had|would|could|should)nt)(?:['’]s)?$/iu

const ENDS_MID_SENTENCE = /(?:,|\b(?:the|a|an|of|and|or))$/u

const REFERS_BACK =
  /^[\p{P}\s]*(?:he|she|it|they|him|her|them|his|hers|its|their|this|that|these|those|such|both|the (?:latter|former|same))\b/iu

// A year answers "when", hardly ever "how many".
const YEAR = /\b(?:1[0-9]|20)\d\d\b/g
const NUMBER =
  /\p{N}|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|half|halves|thirds?|quarters?|fourths?|fifths?|tenths?|once|twice|couple|pair|majority)\b/iu
const RANK =
  /^(?:first|second|sixth|seventh|eighth|ninth|eleventh|twelfth|\p{L}+teenth|\p{L}+tieth|last|double|triple|minus|percent|percentage|bce?)$/u
const CALENDAR =
  /\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|years?|months?|weeks?|days?|hours?|minutes?|century|centuries|decades?)\b/iu
const TIME =
  /\p{N}|\b(?:era|age|ages|period|today|yesterday|now|recently|soon|early|late|later|ago|after|before|during|until|since|while|when|once|first|last|next|then|always|never|morning|evening|night|noon|midnight|christmas|easter)\b/iu
const DURATION =
  /\b(?:generations?|centur(?:y|ies)|decades?|years?|months?|weeks?|days?|nights?|hours?|minutes?|seconds?|since|until|ever|always|briefly|permanent(?:ly)?|temporar(?:y|ily)|lifetime|lifelong)\b/iu

const ASKS_FOR_NUMBER =
  /\bhow (?:many|much|old|far|tall|high|big|large|deep|wide|heavy|often|fast)\b|\bwhat (?:percent|percentage|number|proportion|fraction|share)\b|\bwhat is the (?:population|number|age|height|length|size|price|cost|salary)\b/iu

const AUXILIARY =
  '(?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|shall|should|was|were|will|would)'
const ASKS_FOR_TIME = new RegExp(
  String.raw`\bwhen ${AUXILIARY}\b|\b(?:what|which|in what|in which) (?:year|month|day|date|century|decade|time)\b`,
  'iu',
)
const ASKS_FOR_DURATION = /\bhow long\b/iu
/** A question that begins with an auxiliary verb: "Is Iran …", "and didn't she …". */
const ASKS_WHETHER = new RegExp(
  String.raw`^\W*(?:(?:and|but|or|so|then|well)\W+)?${AUXILIARY}(?:n['’]t)?\b`,
  'iu',
)

const REFERS_TO_PERSON = /\b(?:he|him|his|himself|she|her|hers|herself)\b/iu
const REFERS_TO_THING = /\b(?:it|its|itself)\b/iu
const REFERS_TO_SEVERAL = /\b(?:they|them|their|theirs|themselves)\b/iu
const POINTS_BACK = /\b(?:this|that|these|those|there|here|such|ones?)\b/iu
const CONTINUES = /^\W*(?:and|but|so|or|then|also)\b/iu
const COMPARES =
  /\b(?:else|others?|another|more|also|different|differences?|same|too|next|first|second|third|last|former|latter|besides|instead)\b/iu

const POINTED_TO = /\bthe (first|second|third|last|latter|former) (?:one|quote|answer|source)\b/iu
const PLACES = new Map(
  Object.entries({ first: 0, former: 0, second: 1, third: 2, last: -1, latter: -1 }),
)

/** Replies to words that ask for nothing; the first entry that has one of the words gives the reply. */
const SMALL_TALK = [
  { reply: 'You are welcome.', words: wordSet('thanks thank thx ty cheers appreciated') },
  { reply: 'Goodbye.', words: wordSet('bye goodbye') },
  {
    reply: 'Hello. Ask a question about the documents.',
    words: wordSet('hi hello hey greetings morning afternoon evening'),
  },
  {
    reply: 'Good. Ask whatever else you want to know.',
    words: wordSet(
      'ok okay k great good nice cool perfect fine alright right yes yeah yep no nope understood wow interesting excellent',
    ),
  },
  {
    reply:
      'Ask a question in your own words, and the sentences of the documents that answer it are quoted.',
    words: wordSet('help'),
  },
]

/** Words that go with small talk and ask for nothing either. */
const SMALL_TALK_FILLERS = wordSet(
  'a all and for got i it lot me much oh see so that the there to very well you your',
)

const ASKS_FOR_MORE =
  /^(?:(?:and|some|any|show|give|tell|please|me) )*(?:more|next|continue|go on|anything else|what else)(?: (?:quotes?|please))*$/u

export const english: Language = {
  tag: 'en',
  abbreviations: {
    beforeName: BEFORE_NAME,
    beforeNumber: BEFORE_NUMBER,
    anywhere: ANYWHERE,
    sentenceStarters: SENTENCE_STARTERS,
    letterWords: new Set(['I']),
  },
  endsMidSentence: (line) => ENDS_MID_SENTENCE.test(line),
  refersBack: (sentence) => REFERS_BACK.test(sentence),
  fold,
  stem: englishStem,
  stopWords: STOP_WORDS,
  fillerStems: new Set([...FILLERS].map(englishStem)),
  lacksAnswerType: (question, text) => {
    const withoutYears = text.replace(YEAR, '')
    if (ASKS_FOR_NUMBER.test(question)) return !NUMBER.test(withoutYears)
    if (ASKS_FOR_DURATION.test(question)) {
      return !NUMBER.test(withoutYears) && !DURATION.test(text)
    }
    return ASKS_FOR_TIME.test(question) && !CALENDAR.test(text) && !TIME.test(text)
  },
  references: (question) => ({
    person: REFERS_TO_PERSON.test(question),
    thing: REFERS_TO_THING.test(question),
    several: REFERS_TO_SEVERAL.test(question),
    pointsBack: POINTS_BACK.test(question),
    continues: CONTINUES.test(question),
    compares: COMPARES.test(question),
  }),
  placePointedTo: (question) => {
    const [, place = ''] = POINTED_TO.exec(question) ?? []
    return PLACES.get(place.toLowerCase()) ?? null
  },
  negates: (word) => NEGATES.test(word),
  namesNumber: (word) => NUMBER.test(word) || RANK.test(word),
  // "may" and "march" are months only with a capital letter.
  namesDate: (word) => CALENDAR.test(word) && !/^(?:may|march)$/u.test(word),
  joinsClauses: (word) => /^(?:and|but|or|while|whereas|yet|so)$/u.test(word),
  asksWhether: (question) => ASKS_WHETHER.test(question),
  answerKinds: englishAnswerKinds,
  areOpposite,
  documentQuestion: (question) => readDocumentQuestion(question, english),
  speaksOf,
  replies: {
    notAnswered: 'The documents do not answer this question.',
    documentDetail: {
      title: (value) => `The document's details give “${value}” as its title.`,
      author: (value) => `The document's details name ${value} as its author.`,
      date: (value) => `The document's details give ${value} as its date.`,
      publisher: (value) => `The document's details name ${value} as its publisher.`,
    },
    noDocumentDetail: {
      title: 'The document does not say what it is called.',
      author: 'The document does not say who wrote it.',
      date: 'The document does not say when it was published.',
      publisher: 'The document does not say who published it.',
    },
    noMore: 'There is nothing more on this in the documents.',
  },
  smallTalkReply: (utterance) => {
    const words = foldedWords(fold(utterance))
    const meant = words.filter((word) => !SMALL_TALK_FILLERS.has(word))
    const isOnlyTalk = meant.every((word) => SMALL_TALK.some((talk) => talk.words.has(word)))
    if (!isOnlyTalk) return null
    const found = SMALL_TALK.find((talk) => words.some((word) => talk.words.has(word)))
    return found?.reply ?? null
  },
  asksForMore: (utterance) => ASKS_FOR_MORE.test(foldedWords(fold(utterance)).join(' ')),
}

function fold(text: string): string {
  return foldText(text, POSSESSIVE)
}

/** By Porter's algorithm. */
function englishStem(word: string): Stem {
  return toStem(stemmer(word))
}

function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/))
}
