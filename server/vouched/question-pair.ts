import { cosine } from '../../index/cosine.ts'
import type { CallOptions, Inference } from '../../index/inference/inference.ts'
import type { Reading } from '../../index/inference/types.ts'
import type { Language } from '../../index/language/language.ts'
import { wordsOf } from '../../index/language/stems.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import { compareReadings } from './compare-readings.ts'
import { compareWording } from './wording.ts'

/** The models that compare questions. */
export type PairModels = Pick<Inference, 'embed' | 'embedSentences' | 'score' | 'read'>

/** What answers a vouched question. */
export interface QuotedText {
  /** The title of the document. */
  readonly title: string
  /** The sentences around the first quote, with it. */
  readonly text: string
  /** The texts of all quotes, one after the other. */
  readonly quotes: string
}

/** A question as the models see it alone. */
export interface EmbeddedQuestion {
  readonly text: string
  readonly vector: Float32Array
  /** Its folded words, each with its vector in this question. */
  readonly words: readonly EmbeddedWord[]
}

interface EmbeddedWord {
  readonly word: string
  readonly vector: Float32Array
}

/** What the models make of the text that answers a vouched question, after it or after another question. */
interface QuestionOnText {
  readonly reading: Reading
  /** The cross-encoder's logit of the text. */
  readonly textLogit: number
  /** Its logit of the quotes alone. */
  readonly quotesLogit: number
}

/** A vouched question, and what the models make of the text that answers it. */
export interface ReadVouched {
  readonly question: EmbeddedQuestion
  readonly source: QuotedText
  readonly onText: QuestionOnText
}

/** By what a pair of questions is judged. */
export type PairFeatures = Readonly<Record<string, number>>

/** Embeds a question and each of its words. */
export async function embedQuestion(
  text: string,
  language: Language,
  models: PairModels,
  options: CallOptions,
): Promise<EmbeddedQuestion> {
  const words = wordsOf(text, language)
  const [[vector], [vectors = []]] = await Promise.all([
    models.embed([text], options),
    // The passage model gives each part of a text a vector of its own, here each word.
    models.embedSentences([{ title: '', sentences: words }], options),
  ])
  if (!vector) throw new Error('the model gave no vector')
  return {
    text,
    vector,
    words: vectors.map((each, i) => ({ word: words[i] ?? '', vector: each })),
  }
}

/** Reads a vouched question with the text that answers it: what is the same for every question that is compared with it. */
export async function readVouched(
  question: string,
  source: QuotedText,
  language: Language,
  models: PairModels,
  options: CallOptions,
): Promise<ReadVouched> {
  const [embedded, onText] = await Promise.all([
    embedQuestion(question, language, models, options),
    readQuotedText(question, source, models, options),
  ])
  return { question: embedded, source, onText }
}

async function readQuotedText(
  question: string,
  { title, text, quotes }: QuotedText,
  models: PairModels,
  options: CallOptions,
): Promise<QuestionOnText> {
  const [whole, alone] = [`${title}: ${text}`, `${title}: ${quotes}`].map(foldSpace)
  if (whole === undefined || alone === undefined) throw new Error('there is no text')
  const [[reading], [textLogit, quotesLogit]] = await Promise.all([
    models.read(question, [whole], options),
    models.score(question, [whole, alone], options),
  ])
  if (!reading || textLogit === undefined || quotesLogit === undefined) {
    throw new Error('the models gave nothing')
  }
  return { reading, textLogit, quotesLogit }
}

/** Compares an asked question with a vouched one. */
export async function pairFeatures(
  asked: EmbeddedQuestion,
  { question: vouched, source, onText: vouchedOnText }: ReadVouched,
  language: Language,
  models: PairModels,
  options: CallOptions,
): Promise<PairFeatures> {
  const [a, v] = [asked.text, vouched.text]
  const [askedOnText, [askedLogit = 0], [vouchedLogit = 0]] = await Promise.all([
    readQuotedText(a, source, models, options),
    models.score(a, [v], options),
    models.score(v, [a], options),
  ])
  const { askedMargin, vouchedMargin, ...agreement } = compareReadings(
    askedOnText.reading,
    vouchedOnText.reading,
  )
  const ofAsked = alignment(asked, vouched, language)
  const ofVouched = alignment(vouched, asked, language)
  return {
    ...compareWording(a, v, source, language),
    ...agreement,
    marginLoss: Math.max(0, bounded(vouchedMargin) - bounded(askedMargin)),
    cosine: cosine(asked.vector, vouched.vector),
    logit: Math.min(askedLogit, vouchedLogit),
    textLogitLoss: Math.max(0, vouchedOnText.textLogit - askedOnText.textLogit),
    quotesLogitLoss: Math.max(0, vouchedOnText.quotesLogit - askedOnText.quotesLogit),
    worstWord: Math.min(ofAsked.worst, ofVouched.worst),
    meanWord: Math.min(ofAsked.mean, ofVouched.mean),
  }
}

/** Beyond this, in logits, the reader's doubts and certainties say no more. */
const MAX_MARGIN = 8

function bounded(margin: number): number {
  return Math.max(-MAX_MARGIN, Math.min(MAX_MARGIN, margin))
}

/** How near the words of one question come to those of another one: cosines of each word that is no stop word to its nearest. */
function alignment(
  { words }: EmbeddedQuestion,
  other: EmbeddedQuestion,
  language: Language,
): { readonly worst: number; readonly mean: number } {
  const content = words.filter(({ word }) => !language.stopWords.has(word))
  const nearest = (content.length > 0 ? content : words).map(({ vector }) =>
    Math.max(-1, ...other.words.map((each) => cosine(vector, each.vector))),
  )
  if (nearest.length === 0) return { worst: -1, mean: -1 }
  const mean = nearest.reduce((sum, each) => sum + each, 0) / nearest.length
  return { worst: Math.min(...nearest), mean }
}
