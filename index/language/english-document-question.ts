import type { DocumentDetail, DocumentQuestion, Language } from './language.ts'
import { contentStems, wordsOf } from './stems.ts'

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

/** A question about a document itself, as `Language.documentQuestion` gives it; `english` cuts and stems its words. */
export function readDocumentQuestion(question: string, english: Language): DocumentQuestion | null {
  const words = wordsOf(question, english).join(' ')
  for (const { asksFor, pattern } of DOCUMENT_QUESTIONS) {
    const match = pattern.exec(words)
    if (!match) continue
    const { it, pointedAt } = match.groups ?? {}
    const reference = readReference(it ?? pointedAt ?? 'this', english)
    if (!reference || (reference.reference === 'title' && pointedAt !== undefined)) continue
    // Who knows the title does not ask for it: "What is the name of the Sanskrit text?" asks for another one.
    if (asksFor === 'title' && reference.titleStems.length > 0) continue
    return { asksFor, ...reference, explicit: naming(question, reference) }
  }
  return null
}

/** Reads the words for the document; null where words are left that no document can be called by. */
function readReference(
  words: string,
  english: Language,
): Pick<DocumentQuestion, 'reference' | 'titleStems'> | null {
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

/** Whether a sentence speaks of a detail of its document, as `Language.speaksOf` says. */
export function speaksOf(detail: DocumentDetail, sentence: string): boolean {
  return SPEAKS_OF[detail].test(sentence)
}
