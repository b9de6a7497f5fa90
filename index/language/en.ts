import { stemmer } from 'stemmer'
import { foldedWords, foldText } from './folding.ts'
import {
  type DocumentDetail,
  type DocumentQuestion,
  type Language,
  type Stem,
  toStem,
} from './language.ts'
import { contentStems, wordsOf } from './stems.ts'

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

const ENDS_MID_SENTENCE = /(?:,|\b(?:the|a|an|of|and|or))$/u

const REFERS_BACK =
  /^[\p{P}\s]*(?:he|she|it|they|him|her|them|his|hers|its|their|this|that|these|those|such|both|the (?:latter|former|same))\b/iu

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
/** A question that begins with an auxiliary verb: "Is Iran …", "and didn't she …". */
const ASKS_WHETHER =
  /^\W*(?:(?:and|but|or|so|then|well)\W+)?(?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|shall|should|was|were|will|would)(?:n['’]t)?\b/iu

const ASKS_FOR_TIME =
  /\bwhen (?:am|are|can|could|did|do|does|had|has|have|is|may|might|must|shall|should|was|were|will|would)\b|\b(?:what|which|in what|in which) (?:year|month|day|date|century|decade|time)\b/iu
const ASKS_FOR_DURATION = /\bhow long\b/iu

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

/** Words for a document that documents hardly speak of: "the article" is the document itself. */
const DOCUMENT_NOUN = 'document|article|paper|text|essay|publication|page'
/** Words for a document that documents speak of as well: "this report" is the document, "the report" may be any. */
const WORK_NOUN = 'report|study|analysis|memo|brief|briefing|insight|commentary|file|post|piece'
/** Documents speak of books so often that "this book" says no more than "this". */
const BOOK_NOUN = 'book|novel|story'

const POLITE =
  '(?:(?:and|so|please|also|can you|could you|do you know|tell me|give me|i want to know) )*'
const BE = '(?:(?:is|are|was|were|has|been|has been) )?'
/** The words for the document, which may be its title alone. {@link readReference} reads them. */
const IT = '(?<it>.+?)'
/** The same where a title alone would mean what it names: "When was Nelson Mandela released?" asks of no document. */
const POINTED_AT = '(?<pointedAt>.+?)'
const WHEN = '(?:when|(?:on |in )?(?:what|which) (?:date|day|month|year))'
const BY_WHOM = '(?:by whom|who|whom)'

/** A detail as a noun. `alone`: nouns that mean the document without a word for it, as in "Who is the author?". */
const DETAIL_NOUNS = [
  { asksFor: 'author', noun: 'authors?|writers?', alone: 'authors?', it: IT },
  { asksFor: 'publisher', noun: 'publishers?', alone: 'publishers?', it: IT },
  { asksFor: 'title', noun: 'title|headline|name', alone: 'title|headline', it: POINTED_AT },
  {
    asksFor: 'date',
    noun: 'publication (?:date|year)|(?:date|year) of publication',
    alone: 'publication (?:date|year)|(?:date|year) of publication',
    it: IT,
  },
  { asksFor: 'date', noun: '(?:release )?(?:date|year)', alone: 'release date', it: POINTED_AT },
  { asksFor: 'subject', noun: '(?:main )?(?:subject|topic|theme)', alone: null, it: IT },
] as const

/** A detail as a verb, with the document as its subject or object. */
const DETAIL_VERBS = [
  { asksFor: 'author', clause: `who (?:wrote|authored|has written) ${IT}` },
  { asksFor: 'author', clause: `${BY_WHOM} ${BE}${IT} ${BE}(?:written|authored)(?: by)?` },
  { asksFor: 'publisher', clause: `who (?:has )?published ${IT}` },
  { asksFor: 'publisher', clause: `who (?:has )?(?:issued|released) ${POINTED_AT}` },
  { asksFor: 'publisher', clause: `${BY_WHOM} ${BE}${IT} ${BE}published(?: by)?` },
  {
    asksFor: 'publisher',
    clause: `${BY_WHOM} ${BE}${POINTED_AT} ${BE}(?:issued|released)(?: by)?`,
  },
  { asksFor: 'date', clause: `${WHEN} ${BE}${IT} ${BE}published` },
  {
    asksFor: 'date',
    clause: `${WHEN} ${BE}${POINTED_AT} ${BE}(?:issued|released|written|dated|posted|from)`,
  },
  { asksFor: 'date', clause: `${WHEN} did ${POINTED_AT} (?:come out|appear)` },
  {
    asksFor: 'title',
    clause: `whats? ${BE}${POINTED_AT} ${BE}(?:called|titled|named|entitled)`,
  },
  { asksFor: 'subject', clause: `whats? ${BE}${IT} ${BE}(?:all )?about` },
  { asksFor: 'subject', clause: `what (?:does|did) ${POINTED_AT} (?:deal with|cover|discuss)` },
] as const

const DOCUMENT_QUESTIONS: readonly {
  readonly asksFor: DocumentQuestion['asksFor']
  readonly pattern: RegExp
}[] = [
  ...DETAIL_NOUNS.flatMap(({ asksFor, noun, alone, it }) => {
    const asking = `(?:(?:who|what|which)s? ${BE})`
    const clauses = [
      ...(alone === null ? [] : [`${asking}(?:the )?(?:names? of the )?(?:${alone})(?: names?)?`]),
      `${asking}?(?:the )?(?:names? of the )?(?:${noun})(?: (?:of|for|behind) ${it}| here)`,
      `${asking}?${it} (?:${noun})(?: names?)?`,
    ]
    return clauses.map((clause) => ({ asksFor, clause }))
  }),
  ...DETAIL_VERBS,
].map(({ asksFor, clause }) => {
  return { asksFor, pattern: new RegExp(`^${POLITE}${clause}(?: please)?$`, 'u') }
})

const THIS = new RegExp(`^(?:this|that)(?: (?:${BOOK_NOUN}))?$`, 'u')
/** Words before "paper"; "the preface of this paper" is no paper. */
const BEFORE_NOUN = String.raw`(?:(?!(?:of|in|to|by|for|this|that|the)\b)\S+ )*?`
/** "this article about Iran", "the Iran paper": a word for documents, and words of the title before or after it. */
const NAMED_DOCUMENT = new RegExp(
  `^(?:(?:this|that) (?<before>${BEFORE_NOUN})(?:${DOCUMENT_NOUN}|${WORK_NOUN})|the (?<theBefore>${BEFORE_NOUN})(?:${DOCUMENT_NOUN}))(?: (?<after>.+))?$`,
  'u',
)
/** Words between "article" and its title. */
const BEFORE_TITLE = /^(?:called|titled|entitled|named|with the title)\b/u
const POINTER = new RegExp(
  String.raw`\b(?:(?:this|that)(?: (?:${BOOK_NOUN}))?|(?<its>its)|it|(?<here>here))\b`,
  'iu',
)

/** How sentences speak of the details of their document. A title is not spoken of, it stands. */
const SPEAKS_OF: Readonly<Record<DocumentDetail, RegExp>> = {
  title: /(?!)/u,
  author:
    /^\s*[Bb]y \p{Lu}|\b(?:[Ww]ritten|[Cc]ompiled|[Pp]repared|[Ee]dited) by\b|\b[Aa]uthors?\b/u,
  date: /\b(?:published|publication|issued|released|posted|dated|updated|written (?:on|in))\b/iu,
  publisher: /\b(?:published|issued|released) by\b|\bpublishers?\b/iu,
}

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
    return ASKS_FOR_TIME.test(question) && !TIME.test(text)
  },
  asksWhether: (question) => ASKS_WHETHER.test(question),
  documentQuestion,
  speaksOf: (detail, sentence) => SPEAKS_OF[detail].test(sentence),
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

function documentQuestion(question: string): DocumentQuestion | null {
  const words = wordsOf(question, english).join(' ')
  for (const { asksFor, pattern } of DOCUMENT_QUESTIONS) {
    const match = pattern.exec(words)
    if (!match) continue
    const { it, pointedAt } = match.groups ?? {}
    const reference = readReference(it ?? pointedAt ?? 'this')
    if (!reference || (reference.reference === 'title' && pointedAt !== undefined)) continue
    // Who knows the title does not ask for it: "What is the name of the Sanskrit text?" asks for another one.
    if (asksFor === 'title' && reference.titleStems.length > 0) continue
    return { asksFor, ...reference, explicit: naming(question, reference) }
  }
  return null
}

/** Reads the words for the document; null where words are left that no document can be called by. */
function readReference(words: string): Pick<DocumentQuestion, 'reference' | 'titleStems'> | null {
  if (THIS.test(words)) return { reference: 'this', titleStems: [] }
  if (/^its?$/u.test(words)) return { reference: 'it', titleStems: [] }
  const named = NAMED_DOCUMENT.exec(words)?.groups
  const parts = named
    ? [named.before, named.theBefore, named.after?.replace(BEFORE_TITLE, '')].filter(Boolean)
    : [words]
  const stems = parts.map((part) => contentStems(part ?? '', english))
  // "the article that he read" is not the document, although all words but "read" are stop words.
  if (stems.some(({ length }) => length === 0)) return null
  return { reference: named ? 'document' : 'title', titleStems: [...new Set(stems.flat())] }
}

/** The question with "this document" in place of the word that points to the document. */
function naming(question: string, { reference }: Pick<DocumentQuestion, 'reference'>): string {
  if (reference === 'document' || reference === 'title') return question
  const pointer = POINTER.exec(question)
  if (!pointer) return `${question.replace(/[\s?.!]+$/u, '')} of this document?`
  const { its, here } = pointer.groups ?? {}
  const named = its ? 'this document’s' : here ? 'of this document' : 'this document'
  return question.replace(POINTER, named)
}

/** By Porter's algorithm. */
function englishStem(word: string): Stem {
  return toStem(stemmer(word))
}

function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/))
}
