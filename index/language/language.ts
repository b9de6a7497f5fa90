declare const brand: unique symbol

/**
 * What stands for all forms of a word ("increased" and "increases" are "increas"): the unit that is indexed, searched
 * and compared. Only a {@link Language} makes stems. A stem is never stemmed again.
 */
export type Stem = string & { readonly [brand]: true }

/** Gives the text that a {@link Language} made the type of a stem. Throws where it has anything but letters and digits. */
export function toStem(stem: string): Stem {
  if (!isWord(stem)) throw new Error(`"${stem}" is not one word`)
  return stem
}

function isWord(text: string): text is Stem {
  return /^[\p{L}\p{N}]+$/u.test(text)
}

/** Everything that depends on the language of a document or of a question. */
export interface Language {
  /** The primary subtag of BCP 47 ("en"). `Intl.Segmenter` finds the sentence boundaries of this language. */
  readonly tag: string
  readonly abbreviations: Abbreviations
  /** Whether a line that ends so hardly ever ends a sentence ("…, and the"). */
  readonly endsMidSentence: (line: string) => boolean
  /** Whether a sentence cannot be understood without the one before it ("He was appointed in April."). */
  readonly refersBack: (sentence: string) => boolean
  /** Removes from a text all differences that do not make another word: case, accents, apostrophes, possessive endings. */
  readonly fold: (text: string) => string
  /** The stem of one folded word. */
  readonly stem: (word: string) => Stem
  /** Folded words that carry no topic, such as "how" and "did". */
  readonly stopWords: ReadonlySet<string>
  /** Stems that are common in questions and need not be in the answer, such as those of "kind" and "called". */
  readonly fillerStems: ReadonlySet<Stem>
  /**
   * Whether the question asks for a number, a time or a duration and the text has none: then the text hardly answers,
   * however similar it is. False for questions that ask for anything else.
   */
  readonly lacksAnswerType: (question: string, text: string) => boolean
  /** Reads a question about a document itself ("Who wrote this report?"); null where it asks for anything else. */
  readonly documentQuestion: (question: string) => DocumentQuestion | null
  /** Whether a sentence speaks of this detail of a document, whatever its value: "Written by …" of an author. */
  readonly speaksOf: (detail: DocumentDetail, sentence: string) => boolean
  /** The signs in a question that it leaves something to the conversation before it. */
  readonly references: (question: string) => References
  /** The place of the one of several that a question points to, from 0, and -1 for the last: "the second one". Null where there is none. */
  readonly placePointedTo: (question: string) => number | null
  /** Whether a word negates what is said: "not", "never", "didn't". It takes the word as written, not its stem. */
  readonly negates: (word: string) => boolean
  /** Whether a word after a comma begins another clause: "and", "but". It takes the word in lower case. */
  readonly joinsClauses: (word: string) => boolean
  /** Whether a word names a number or a rank: "eighty", "dozen", "second". It takes the word in lower case. */
  readonly namesNumber: (word: string) => boolean
  /** Whether a word names a month, a day of the week or a unit of time: "June", "month". It takes the word as written. */
  readonly namesDate: (word: string) => boolean
  /** Whether "yes" or "no" would answer the question. */
  readonly asksWhether: (question: string) => boolean
  /** The kinds of answers that a question asks for; none where its words do not say it. */
  readonly answerKinds: (question: string) => ReadonlySet<AnswerKind>
  /** Whether two folded words are opposites, or name two of a kind, such as "first" and "last". */
  readonly areOpposite: (word: string, other: string) => boolean
  readonly replies: Replies
  /** What to reply to words that ask for nothing ("thanks", "hello"); null where something is asked. */
  readonly smallTalkReply: (utterance: string) => string | null
  /** Whether somebody asks for further quotes on the previous question ("more", "go on"). */
  readonly asksForMore: (utterance: string) => boolean
}

/** Abbreviations in lower case without the last full stop, by the meaning of this full stop. */
export interface Abbreviations {
  /** A name or a term follows, so the stop never ends a sentence: "Dr". */
  readonly beforeName: ReadonlySet<string>
  /** The stop does not end a sentence where a number follows: "No". */
  readonly beforeNumber: ReadonlySet<string>
  /** They stand within a sentence as often as at its end: "Inc". */
  readonly anywhere: ReadonlySet<string>
  /** Words that begin sentences far oftener than they follow an abbreviation inside one. */
  readonly sentenceStarters: ReadonlySet<string>
  /** Single capital letters that are words, so no initials: "I". */
  readonly letterWords: ReadonlySet<string>
}

/** What kind of answer a question asks for. */
export type AnswerKind =
  | 'time'
  | 'duration'
  | 'frequency'
  | 'place'
  | 'person'
  | 'reason'
  | 'manner'
  | 'amount'

/** What the details of a document may say of it. */
export type DocumentDetail = 'title' | 'author' | 'date' | 'publisher'

/** A question about a document itself. */
export interface DocumentQuestion {
  readonly asksFor: DocumentDetail | 'subject'
  /**
   * How it points to the document: with a word for documents ("this report"), with "this" or with nothing ("Who is the
   * author?"), with "it", or only with words that may be a title.
   */
  readonly reference: 'document' | 'this' | 'it' | 'title'
  /** The stems of the words that have no place in such a question unless the title of the document has them. */
  readonly titleStems: readonly Stem[]
  /** The question with a word for documents in place of "this" and "it": "Who wrote this document?". */
  readonly explicit: string
}

/** Signs that a question leaves something to the conversation before it. */
export interface References {
  /** "he", "her". */
  readonly person: boolean
  /** "it", "its". */
  readonly thing: boolean
  /** "they", "their". */
  readonly several: boolean
  /** "this", "those", "there", "one". */
  readonly pointsBack: boolean
  /** It begins as if it went on: "and", "but", "so". */
  readonly continues: boolean
  /** "other", "else", "same". */
  readonly compares: boolean
}

/** Replies without a quote: whole sentences in plain text. */
export interface Replies {
  readonly notAnswered: string
  /** Gives the value of a detail that the details of a document have, and its text does not. */
  readonly documentDetail: Readonly<Record<DocumentDetail, (value: string) => string>>
  /** Says that the details of a document lack this detail. */
  readonly noDocumentDetail: Readonly<Record<DocumentDetail, string>>
  /** The reply to "more" if there is no further quote. */
  readonly noMore: string
}
