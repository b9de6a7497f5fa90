import type { DocumentDetail, DocumentQuestion, Language } from '../../index/language/language.ts'
import { languageOf, languageOfQuestion } from '../../index/language/languages.ts'
import { contentStems, wordsOf } from '../../index/language/stems.ts'
import { passageText } from '../../index/retrieval/passage-text.ts'
import type { Scope } from '../../index/retrieval/passages.ts'
import type { DocumentSummary, Store, StoredPassage } from '../../index/storage/storage.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import { type Excerpt, MAX_PAIR_LENGTH, type Quote } from './quotes.ts'
import { hasDate, hasWords } from './written-dates.ts'

/** The answer to a question about a document itself. */
export interface DetailsAnswer {
  /** What the quotes do not say, in a sentence; null where they say it all. */
  readonly remark: string | null
  /** Empty where the document does not say what was asked. */
  readonly quotes: readonly Quote[]
  /** Where there are no quotes: the opening of the document. */
  readonly closest: readonly Quote[]
  /** 0 to 1. */
  readonly confidence: number
  /** What decided, in a sentence. */
  readonly summary: string
}

/**
 * That the answer is right. It was not fitted, for lack of labelled questions of this kind.
 * - `inText`: the details and the text of the document say the same, so nothing is left to doubt.
 * - `inDetails`: only the details say it, and whoever wrote them may have been mistaken.
 * - `subject`: an opening mostly says what a document is about, but not always.
 */
const CONFIDENCE = { inText: 1, inDetails: 0.9, subject: 0.7 }

/** The number of first passages in which a detail is looked for. Further on, a date or a name hardly is that of the document. */
const OPENING_PASSAGES = 20

/** A question names a document if it has this share of the words of its title. */
const MIN_TITLE_SHARE = 0.5

/** Without a word such as "article", fewer words name a thing rather than a document: "Who wrote the constitution?". */
const MIN_TITLE_WORDS = 2

/** What separates a title from its subtitle. */
const SUBTITLE = /:|\s[-–—]\s/u

/** What separates the names of several authors. */
const AUTHOR_SEPARATOR = /[,;&]/u

const SENTENCE_END = /[.!?…]["”’)\]]*$/u

/** The first passages of a document. */
interface Opening {
  /** The lines above the text: its title, its author, its date. */
  readonly head: readonly StoredPassage[]
  /** What follows them. */
  readonly body: readonly StoredPassage[]
}

/**
 * Answers a question about a document itself ("Who wrote this?") from the document's details and its opening. Null where
 * the question is none, where the document that it means is unknown, and where the answer is better searched for.
 */
export async function answerFromDetails(
  question: string,
  scope: Scope & { readonly maxQuotes: number; readonly minConfidence: number },
  store: Store,
): Promise<DetailsAnswer | null> {
  const language = languageOfQuestion(question, await store.languages(scope.documentIds))
  const asked = language.documentQuestion(question)
  const document = asked && (await findDocument(asked, scope, { language, store }))
  if (!document) return null
  const opening = openingOf(await store.firstPassages(document.id, OPENING_PASSAGES))
  const answer =
    asked.asksFor === 'subject'
      ? answerSubject(document, opening, scope.maxQuotes)
      : answerDetail(asked.asksFor, asked, document, opening, language)
  if (!answer || answer.quotes.length === 0) return answer
  return answer.confidence >= scope.minConfidence ? answer : null
}

/** The document that a question means; null where that is unknown. */
async function findDocument(
  { reference, titleStems }: DocumentQuestion,
  { documentIds, context = null }: Scope,
  { language, store }: { language: Language; store: Store },
): Promise<DocumentSummary | null> {
  const documents = (await store.documents()).filter(
    ({ id }) => documentIds === null || documentIds.includes(id),
  )
  if (reference === 'title') {
    if (titleStems.length < MIN_TITLE_WORDS) return null
    return bestTitled(documents, titleStems, language)
  }
  // In a conversation "it" is what was spoken of, unless the conversation made "this document" of it.
  if (context && reference !== 'document') return null
  const pointedAt =
    documents.length === 1 ? documents[0] : documents.find(({ id }) => id === context?.documentId)
  const title = new Set(contentStems(pointedAt?.title ?? '', language))
  if (pointedAt && titleStems.every((stem) => title.has(stem))) return pointedAt
  return bestTitled(documents, titleStems, language)
}

/** The document whose title has all the stems, and of whose title they are the largest share; null where two are equal. */
function bestTitled(
  documents: readonly DocumentSummary[],
  titleStems: DocumentQuestion['titleStems'],
  language: Language,
): DocumentSummary | null {
  if (titleStems.length === 0) return null
  const named = new Set(titleStems)
  const shareOf = (title: string) => {
    const stems = contentStems(title, language)
    return stems.filter((stem) => named.has(stem)).length / Math.max(1, stems.length)
  }
  const [best, second] = documents
    .filter(({ title }) => {
      const stems = new Set(contentStems(title, language))
      return titleStems.every((stem) => stems.has(stem))
    })
    .map((document) => {
      // People name "Tightrope over the Tigris: Iraqi Prime Minister …" by what stands before the colon.
      const [main = ''] = document.title.split(SUBTITLE)
      return { document, share: Math.max(shareOf(document.title), shareOf(main)) }
    })
    .toSorted((a, b) => b.share - a.share)
  if (!best || best.share < MIN_TITLE_SHARE || best.share === second?.share) return null
  return best.document
}

function openingOf(passages: readonly StoredPassage[]): Opening {
  const at = passages.findIndex((passage) => !isHeadLine(passage))
  const length = at === -1 ? passages.length : at
  return { head: passages.slice(0, length), body: passages.slice(length) }
}

/** Whether a passage is a line such as a title or a date, and no sentence. */
function isHeadLine({ text, sentences }: StoredPassage): boolean {
  return sentences.length === 1 && !SENTENCE_END.test(text.trim())
}

function answerDetail(
  detail: DocumentDetail,
  { titleStems }: DocumentQuestion,
  document: DocumentSummary,
  opening: Opening,
  language: Language,
): DetailsAnswer | null {
  const value = document[detail]
  if (value === null) {
    const isSpokenOf = sentencesIn([...opening.head, ...opening.body]).some((sentence) =>
      speaksOf(detail, sentence),
    )
    // Words of the title may also name a thing that the document is about. And the search may find what the text says.
    if (titleStems.length > 0 || isSpokenOf) return null
    return {
      remark: language.replies.noDocumentDetail[detail],
      quotes: [],
      closest: quotesOf(openingSentences(opening), 0),
      confidence: 0,
      summary: `The document decided: its details have no ${detail}.`,
    }
  }
  const inText = sentenceWith(detail, value, opening)
  if (inText) {
    return {
      remark: null,
      quotes: quotesOf([inText], CONFIDENCE.inText),
      closest: [],
      confidence: CONFIDENCE.inText,
      summary: `The document decided: its details and its text have its ${detail}.`,
    }
  }
  const quotes = quotesOf(openingSentences(opening), CONFIDENCE.inDetails)
  // Nothing is answered without a quote.
  if (quotes.length === 0) return null
  return {
    remark: language.replies.documentDetail[detail](foldSpace(value)),
    quotes,
    closest: [],
    confidence: CONFIDENCE.inDetails,
    summary: `The document decided: its details have its ${detail}, which does not stand in its opening.`,
  }
}

/** What a document is about: its title, if that stands in the text, and its opening. */
function answerSubject(
  document: DocumentSummary,
  opening: Opening,
  maxQuotes: number,
): DetailsAnswer | null {
  const title = sentenceWith('title', document.title, { ...opening, body: [] })
  const sentences = openingSentences(opening)
  const others = sentences.filter(({ passage }) => passage.id !== title?.passage.id)
  // Where only one quote is wanted, the opening says more than the title, which the citation has anyway.
  const chosen = (title ? [title, ...others] : others).slice(-maxQuotes)
  if (chosen.length === 0) return null
  return {
    remark: null,
    quotes: quotesOf(chosen, CONFIDENCE.subject),
    closest: [],
    confidence: CONFIDENCE.subject,
    summary: 'The document decided: its title and its opening say what it is about.',
  }
}

function sentencesIn(passages: readonly StoredPassage[]): Excerpt[] {
  return passages.flatMap((passage) =>
    passage.sentences.map(({ start, end }) => ({ passage, start, end })),
  )
}

function quotesOf(sentences: readonly Excerpt[], confidence: number): Quote[] {
  return sentences.map((sentence) => ({
    ...sentence,
    copies: [],
    candidate: null,
    highlight: null,
    confidence,
  }))
}

/**
 * The sentence that says a detail of a document: a line of its head, or a sentence that also has words for the detail. The
 * same date and the same name may stand elsewhere for something else.
 */
function sentenceWith(
  detail: DocumentDetail,
  value: string,
  { head, body }: Opening,
): Excerpt | undefined {
  const has = (sentence: Excerpt) => hasValue(detail, value, sentence)
  return (
    sentencesIn(head).find(has) ??
    sentencesIn(body).find((sentence) => speaksOf(detail, sentence) && has(sentence))
  )
}

function speaksOf(detail: DocumentDetail, sentence: Excerpt): boolean {
  return languageOf(sentence.passage.document.language).speaksOf(
    detail,
    passageText(sentence.passage, sentence),
  )
}

function hasValue(detail: DocumentDetail, value: string, sentence: Excerpt): boolean {
  const language = languageOf(sentence.passage.document.language)
  const text = passageText(sentence.passage, sentence)
  if (detail === 'date') return hasDate(text, value, language)
  const parts = detail === 'author' ? value.split(AUTHOR_SEPARATOR) : [value]
  const names = parts.map((part) => wordsOf(part, language)).filter(({ length }) => length > 0)
  return names.length > 0 && names.every((name) => hasWords(text, name, language))
}

/** The first sentence of the text, with the next one if both are short enough; a line of the head where there is no other text. */
function openingSentences({ head, body }: Opening): Excerpt[] {
  const passage = body[0] ?? head[0]
  const [first, second] = passage?.sentences ?? []
  if (!passage || !first) return []
  const { start } = first
  const end = second && second.end - start <= MAX_PAIR_LENGTH ? second.end : first.end
  return [{ passage, start, end }]
}
