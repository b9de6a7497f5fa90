import { asksSomething } from '../splitting/sentences.ts'
import type { StoredSentence } from '../storage/storage.ts'
import { type Candidate, contextualText } from './candidates.ts'
import { ANSWERED_BEFORE_PENALTY, type Context, hasAnsweredBefore } from './context.ts'
import { passageText } from './passage-text.ts'
import type { RetrievalParts } from './passages.ts'
import { bounded, readingsOf, type SentenceReading } from './sentence-reading.ts'
import { type Window, windowAround } from './windows.ts'

/**
 * Each round scores some more candidates by the cross-encoder, and meanwhile reads windows around the likeliest unread ones. If
 * others are better in the end, their windows are read too. Another round follows only if nothing is clear. With three candidates first, a question takes a sixth less time, but a short question
 * ("Who is al-Kadhimi?") is answered by the first sentence that says anything of its subject.
 */
const ROUNDS = [
  { scored: 5, windows: 1 },
  { scored: 3, windows: 1 },
  { scored: 4, windows: 2 },
] as const

/**
 * How many candidates of a round are scored before a window is read: as many as two processes score at once. The best of five is then
 * in the window for 94 % of XQuAD's questions; for 88 % if nothing is scored before, and for 97 % if three are.
 */
const SCORED_BEFORE_READING = 2

/**
 * From this margin of the best candidate on, in logits, the answer is clear. With 2 the first quote is right for 0.2 points
 * fewer of XQuAD's questions, and one of the first three for 0.5.
 */
const CLEAR_MARGIN = 3

/**
 * If the best logit and the best margin are below these, nothing found is near the question. More candidates would not
 * change that.
 */
const NOTHING_NEAR = { logit: -8, margin: -8 }

/**
 * Weights of the final score besides the sentence's own logit, in logits: the word overlap, the cosine, the best logit of
 * a sentence in the same passage, and the reader's margin and evidence. On XQuAD, each may be a third less or more, and
 * the first quote is right as often, within 0.7 points.
 */
const SCORE_WEIGHTS = { overlap: 12, cosine: 30, bestLogitInPassage: 1, margin: 1.5, evidence: 1 }

/**
 * What a sentence that asks something itself loses, in logits. Nothing is more like a question than the same question, in
 * an interview or a list of questions, but it never answers.
 */
const QUESTION_PENALTY = 8

export interface Judgement {
  /** First the candidates with a score, best first; then the rest, in the order in which they came. */
  readonly candidates: readonly Candidate[]
  /** The windows that were read, in order. */
  readonly windows: readonly Window[]
  /** The duration of the cross-encoder's and of the reader's calls, in ms. They overlap. */
  readonly timings: { readonly rerank: number; readonly 'find-words': number }
}

export interface JudgeOptions {
  /** How many candidates must have a score, if there are so many. */
  readonly wanted: number
  /**
   * Whether to stop when the answer is clear. The reader was taught to find the words that answer. A question that "yes" or
   * "no" answers has no such words, and the first sentence on its subject seems clear.
   */
  readonly stopsEarly: boolean
  readonly context: Context | null
}

/** The models that judge, and what ends their calls. */
type Models = Pick<RetrievalParts, 'inference' | 'signal'>

/** The question as the models compare it with a text. */
export type QuestionFor = (text: string) => string

/** Judges candidates, the most promising first, by the cross-encoder and the reader. */
export async function judge(
  question: QuestionFor,
  preselected: readonly Candidate[],
  { wanted, stopsEarly, context }: JudgeOptions,
  models: Models,
): Promise<Judgement> {
  let candidates = preselected
  const windows: Window[] = []
  const timings = { rerank: 0, 'find-words': 0 }
  const timed = async <T>(stage: keyof typeof timings, work: Promise<T>) => {
    const started = performance.now()
    const result = await work
    timings[stage] += performance.now() - started
    return result
  }
  const scoreAll = async (next: readonly Candidate[]) => {
    const scored = await timed('rerank', score(question, next, models))
    return (before: readonly Candidate[]) => rank(replace(before, next, scored), context)
  }
  const readAround = async (unread: readonly Candidate[]) => {
    const around = unread.map(({ passage, sentence }) => windowAround(passage, sentence))
    windows.push(...around)
    const readings = await timed('find-words', readingsIn(question, around, models))
    return (before: readonly Candidate[]) => rank(withReadings(before, readings), context)
  }
  for (const round of ROUNDS) {
    const readBefore = [...windows]
    const next = candidates.filter(({ logit }) => logit === null).slice(0, round.scored)
    candidates = (await scoreAll(next.slice(0, SCORED_BEFORE_READING)))(candidates)
    const [withScores, withWords] = await Promise.all([
      scoreAll(next.slice(SCORED_BEFORE_READING)),
      readAround(firstUnread(candidates, readBefore, round.windows)),
    ])
    candidates = withScores(candidates)
    const scored = candidates.filter(({ logit }) => logit !== null)
    const best = firstUnread(scored, readBefore, round.windows)
    const unread = best.filter(({ sentence }) => !isRead(sentence, windows))
    candidates = (await readAround(unread))(withWords(candidates))
    candidates = (await scoreAll(clearestUnscored(candidates)))(candidates)
    const scoredSoFar = candidates.filter(({ logit }) => logit !== null).length
    if (scoredSoFar >= wanted && (isHopeless(candidates) || (stopsEarly && isClear(candidates))))
      break
  }
  return { candidates, windows, timings }
}

/** The first candidates that the windows do not have, at most `most`, each with a window of its own. */
function firstUnread(
  candidates: readonly Candidate[],
  windows: readonly Window[],
  most: number,
): Candidate[] {
  const first: Candidate[] = []
  const read = [...windows]
  for (const candidate of candidates) {
    if (first.length === most) break
    if (isRead(candidate.sentence, read)) continue
    first.push(candidate)
    read.push(windowAround(candidate.passage, candidate.sentence))
  }
  return first
}

function isRead({ id }: StoredSentence, windows: readonly Window[]): boolean {
  return windows.some(({ sentences }) => sentences.some((sentence) => sentence.id === id))
}

async function score(
  question: QuestionFor,
  candidates: readonly Candidate[],
  { inference, signal }: Models,
): Promise<Candidate[]> {
  if (candidates.length === 0) return []
  const texts = candidates.map(({ passage, sentence }) => contextualText(passage, sentence).text)
  const logits = await eachAsked(question, texts, (asked, given) =>
    inference.score(asked, given, { signal }),
  )
  return Array.from(candidates, (candidate, i) => ({ ...candidate, logit: logits[i] ?? -Infinity }))
}

/** What the reader makes of the sentences in these windows, by the id of the sentence. */
async function readingsIn(
  question: QuestionFor,
  windows: readonly Window[],
  { inference, signal }: Models,
): Promise<ReadonlyMap<number, SentenceReading>> {
  const texts = windows.map((window) => contextualText(window.passage, window))
  const readings = await eachAsked(
    question,
    texts.map(({ text }) => text),
    (asked, given) => inference.read(asked, given, { signal }),
  )
  const bySentence = new Map<number, SentenceReading>()
  for (const [i, { sentences }] of windows.entries()) {
    const [text, reading] = [texts[i], readings[i]]
    if (!text || !reading) throw new Error('the window has no reading')
    for (const [at, ofSentence] of readingsOf(sentences, text, reading).entries()) {
      const id = sentences[at]?.id
      if (id !== undefined && ofSentence) bySentence.set(id, ofSentence)
    }
  }
  return bySentence
}

/** Asks a model the question for each text, in one call for all texts that have the same question. */
async function eachAsked<T>(
  question: QuestionFor,
  texts: readonly string[],
  ask: (question: string, texts: readonly string[]) => Promise<readonly T[]>,
): Promise<(T | undefined)[]> {
  const questions = texts.map(question)
  const answers = new Map<string, T>()
  await Promise.all(
    Array.from(new Set(questions), async (asked) => {
      const own = texts.filter((_, i) => questions[i] === asked)
      const given = await ask(asked, own)
      for (const [i, text] of own.entries()) {
        const one = given[i]
        if (one !== undefined) answers.set(text, one)
      }
    }),
  )
  return texts.map((text) => answers.get(text))
}

function withReadings(
  candidates: readonly Candidate[],
  readings: ReadonlyMap<number, SentenceReading>,
): Candidate[] {
  return candidates.map((candidate) => ({
    ...candidate,
    reading: readings.get(candidate.sentence.id) ?? candidate.reading,
  }))
}

/** The candidate in which the reader sees the answer most clearly, if the cross-encoder has not scored it yet. */
function clearestUnscored(candidates: readonly Candidate[]): Candidate[] {
  const clearest = Math.max(...candidates.map(marginOf))
  return candidates.filter(
    (candidate) => candidate.logit === null && clearest > 0 && marginOf(candidate) === clearest,
  )
}

function marginOf({ reading }: Candidate): number {
  return reading?.margin ?? -Infinity
}

function isClear([best]: readonly Candidate[]): boolean {
  return best !== undefined && marginOf(best) >= CLEAR_MARGIN
}

/** Whether nothing is near the question. */
function isHopeless(candidates: readonly Candidate[]): boolean {
  return candidates.every(
    (candidate) =>
      (candidate.logit ?? -Infinity) < NOTHING_NEAR.logit &&
      marginOf(candidate) < NOTHING_NEAR.margin,
  )
}

function replace(
  candidates: readonly Candidate[],
  old: readonly Candidate[],
  by: readonly Candidate[],
): Candidate[] {
  return candidates.map((candidate) => by[old.indexOf(candidate)] ?? candidate)
}

/** Computes the final scores of the candidates that have a logit, and puts these first, best first. */
function rank(candidates: readonly Candidate[], context: Context | null): Candidate[] {
  const bestLogits = new Map<number, number>()
  for (const { passage, logit } of candidates) {
    if (logit === null) continue
    bestLogits.set(passage.id, Math.max(logit, bestLogits.get(passage.id) ?? -Infinity))
  }
  const ranked = candidates.flatMap((candidate) => {
    const { passage, sentence, overlap, distance, logit, reading } = candidate
    if (logit === null) return []
    const total =
      logit +
      SCORE_WEIGHTS.overlap * overlap +
      SCORE_WEIGHTS.cosine * (1 - distance) +
      SCORE_WEIGHTS.bestLogitInPassage * (bestLogits.get(passage.id) ?? logit) +
      SCORE_WEIGHTS.margin * bounded(reading?.margin) +
      SCORE_WEIGHTS.evidence * bounded(reading?.evidence) -
      (asksSomething(passageText(passage, sentence)) ? QUESTION_PENALTY : 0) -
      (hasAnsweredBefore(passage, sentence, context) ? ANSWERED_BEFORE_PENALTY : 0)
    return [{ ...candidate, score: total }]
  })
  return [
    ...ranked.toSorted((a, b) => b.score - a.score),
    ...candidates.filter(({ logit }) => logit === null),
  ]
}
