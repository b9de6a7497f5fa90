import { asksSomething } from '../splitting/sentences.ts'
import type { StoredSentence } from '../storage/storage.ts'
import { type Candidate, contextualText } from './candidates.ts'
import { ANSWERED_BEFORE_PENALTY, type Context, hasAnsweredBefore } from './context.ts'
import { passageText } from './passage-text.ts'
import type { RetrievalParts } from './passages.ts'
import { bounded, readingsOf } from './sentence-reading.ts'
import { type Window, windowAround } from './windows.ts'

/**
 * Each round scores some more candidates by the cross-encoder, and reads windows around the best unread ones. Another round
 * follows only if nothing is clear. With three candidates first, a question takes a sixth less time, but a short question
 * ("Who is al-Kadhimi?") is answered by the first sentence that says anything of its subject.
 */
const ROUNDS = [
  { scored: 5, windows: 1 },
  { scored: 3, windows: 1 },
  { scored: 4, windows: 2 },
] as const

/**
 * From this margin of the best candidate on, in logits, the answer is clear. With 0 the first quote is right for 0.4 points
 * fewer of XQuAD's questions, with 4 for no more.
 */
const CLEAR_MARGIN = 2

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
  /** The duration of the cross-encoder's and of the reader's calls, in ms. */
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

/** Judges candidates, the most promising first, by the cross-encoder and the reader. */
export async function judge(
  question: string,
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
  for (const round of ROUNDS) {
    const next = candidates.filter(({ logit }) => logit === null).slice(0, round.scored)
    const scored = await timed('rerank', score(question, next, models))
    candidates = rank(replace(candidates, next, scored), context)
    for (let i = 0; i < round.windows; i += 1) {
      const unread = candidates.find(
        ({ logit, sentence }) => logit !== null && !windows.some((read) => isIn(read, sentence)),
      )
      if (!unread) break
      const window = windowAround(unread.passage, unread.sentence)
      windows.push(window)
      candidates = await timed('find-words', readWindow(question, window, candidates, models))
      const found = clearestUnscored(candidates)
      const nowScored = await timed('rerank', score(question, found, models))
      candidates = rank(replace(candidates, found, nowScored), context)
    }
    const scoredSoFar = candidates.filter(({ logit }) => logit !== null).length
    if (scoredSoFar >= wanted && (isHopeless(candidates) || (stopsEarly && isClear(candidates))))
      break
  }
  return { candidates, windows, timings }
}

function isIn({ sentences }: Window, { id }: StoredSentence): boolean {
  return sentences.some((sentence) => sentence.id === id)
}

async function score(
  question: string,
  candidates: readonly Candidate[],
  { inference, signal }: Models,
): Promise<Candidate[]> {
  if (candidates.length === 0) return []
  const texts = candidates.map(({ passage, sentence }) => contextualText(passage, sentence).text)
  const logits = await inference.score(question, texts, { signal })
  return Array.from(candidates, (candidate, i) => ({ ...candidate, logit: logits[i] ?? -Infinity }))
}

/** The candidates, those of the window with what the reader made of them. */
async function readWindow(
  question: string,
  window: Window,
  candidates: readonly Candidate[],
  { inference, signal }: Models,
): Promise<Candidate[]> {
  const text = contextualText(window.passage, window)
  const [reading] = await inference.read(question, [text.text], { signal })
  if (!reading) throw new Error('the window has no reading')
  const readings = readingsOf(window.sentences, text, reading)
  return candidates.map((candidate) => {
    const at = window.sentences.findIndex(({ id }) => id === candidate.sentence.id)
    return { ...candidate, reading: readings[at] ?? candidate.reading }
  })
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
