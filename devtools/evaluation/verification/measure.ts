import { lettersOf } from '../../../index/retrieval/copies.ts'
import type { Span } from '../../../index/span.ts'
import type { VerifiedSentence } from '../../../server/verification/verify-schema.ts'
import { percent, seconds, shown } from '../../measurements/figures.ts'
import type { Measure } from '../../measures.ts'
import { alter, type Alteration, type Choose, namesIn } from './alter.ts'
import { edit } from './edit.ts'
import { take } from '../rounds.ts'
import { TYPOGRAPHIES } from './typography.ts'

/** A sentence of a document of the index. */
export interface SourceSentence extends Span {
  readonly documentId: string
  readonly text: string
}

/** The sentences of an evaluation. */
export interface VerificationData {
  /** All sentences of the documents. */
  readonly sentences: readonly SourceSentence[]
  /** Sentences of other texts. */
  readonly foreign: readonly string[]
  /** All text of the documents: a sentence that has become another one of theirs is not used. */
  readonly corpus: string
  readonly choose: Choose
  /** How many sentences of the documents, and how many altered ones, are verified at most. */
  readonly count: number
}

/** Verifies a draft. */
export type Judge = (draft: string) => Promise<VerifiedSentence[]>

const KINDS = ['number', 'name', 'date', 'negation'] as const

/** The draft whose time is measured: how many sentences it has, and how many ms it may take. */
const DRAFT = { sentences: 200, targetMs: 2000 }

/** Called with a line for people on each sentence that is judged wrongly. */
export type Report = (line: string) => void

/**
 * Verifies sentences of the documents as they are, with other typography, altered, and with the marks of editors, and sentences of other texts, without a
 * look for similar ones. Calls `report` for each sentence that is judged wrongly.
 */
export async function measureVerification(
  { sentences: all, foreign, corpus, choose, count }: VerificationData,
  judge: Judge,
  report: Report = () => {},
): Promise<Measure[]> {
  const sentences = take(all, Math.min(count, all.length))
  const asTheyAre = await countWrong(sentences, async (sentence) => {
    const verified = await judge(sentence.text)
    return isQuotedAt(verified, sentence) ? null : describe(sentence.text, verified)
  })
  const setOtherwise = await countWrong(sentences, async (sentence, i) => {
    const set = TYPOGRAPHIES[i % TYPOGRAPHIES.length]?.(sentence.text) ?? sentence.text
    const verified = await judge(set)
    return isQuotedAt(verified, sentence) ? null : describe(set, verified)
  })
  const alterations = take(alterationsOf(all, corpus, choose), count)
  let quoted = 0
  const altered = await countWrong(alterations, async (alteration) => {
    const verified = await judge(alteration.altered)
    if (verified.every(({ verdict }) => verdict === 'quoted')) quoted += 1
    return hasDifference(verified, alteration)
      ? null
      : `${alteration.kind}: “${alteration.before}” → “${alteration.after}”: ${describe(alteration.altered, verified)}`
  })
  const edits = all.flatMap((sentence) => {
    const edited = edit(sentence.text, choose)
    return edited ? [{ sentence, ...edited }] : []
  })
  const honest = take(
    edits.filter(({ hidesNegation }) => !hidesNegation),
    count,
  )
  const hiding = take(
    edits.filter(({ hidesNegation }) => hidesNegation),
    count,
  )
  const edited = await countWrong(honest, async ({ draft, sentence }) => {
    const verified = await judge(draft)
    return isQuotedAt(verified, sentence) ? null : `edited: ${describe(draft, verified)}`
  })
  const hidden = await countWrong(hiding, async ({ draft }) => {
    const verified = await judge(draft)
    const isQuoted = verified.every(({ verdict }) => verdict === 'quoted')
    return isQuoted ? `hidden: ${describe(draft, verified)}` : null
  })
  const elsewhere = await countWrong(foreign, async (sentence) => {
    const verified = await judge(sentence)
    const isNear = verified.some(({ verdict }) => verdict === 'quoted' || verdict === 'altered')
    return isNear ? describe(sentence, verified) : null
  })
  const draft = sentences.slice(0, DRAFT.sentences).map((sentence) => sentence.text)
  const draftMs = await timeOf(() => judge(draft.join('\n\n')))
  for (const { wrong } of [asTheyAre, setOtherwise, altered, edited, hidden, elsewhere])
    wrong.forEach(report)
  return [
    share('sentences of the documents, as they are: quoted at their places', asTheyAre, 100),
    share('the same with other typography: quoted at their places', setOtherwise, 100),
    {
      what: `of ${alterations.length} with one number, name, date or negation changed: quoted`,
      value: shown`${quoted}`,
      target: '0',
      met: quoted === 0,
    },
    share('the same: altered, with the right difference', altered, 98),
    share(
      'with an ellipsis, brackets or own words between quotations: quoted at their places',
      edited,
      95,
    ),
    {
      what: `of ${hiding.length} in which these hide a negation: quoted`,
      value: shown`${hidden.wrong.length}`,
      target: '0',
      met: hidden.wrong.length === 0,
    },
    share('sentences of other texts: not found', elsewhere, 99),
    {
      what: `a draft of ${draft.length} sentences, without a look for similar ones`,
      value: shown`${seconds(draftMs, 2)}`,
      target: `≤ ${DRAFT.targetMs / 1000} s`,
      met: draftMs <= DRAFT.targetMs,
    },
  ]
}

interface Count {
  readonly total: number
  readonly wrong: readonly string[]
}

async function countWrong<T>(
  items: readonly T[],
  faultOf: (item: T, i: number) => Promise<string | null>,
): Promise<Count> {
  const wrong: string[] = []
  for (const [i, item] of items.entries()) {
    const fault = await faultOf(item, i)
    if (fault !== null) wrong.push(fault)
  }
  return { total: items.length, wrong }
}

function share(what: string, { total, wrong }: Count, atLeast: number): Measure {
  const right = total - wrong.length
  const sharePercent = (100 * right) / total
  return {
    what: `${total} ${what}`,
    value: shown`${right} (${percent(sharePercent)})`,
    target: `≥ ${atLeast} %`,
    met: sharePercent >= atLeast,
  }
}

/**
 * Whether all of a sentence is quoted, and its own place is among those given. With other typography, it may be split into
 * several sentences, and more places than are given have a short one such as "[citation needed]".
 */
function isQuotedAt(
  verified: readonly VerifiedSentence[],
  { documentId, start, end }: SourceSentence,
) {
  return (
    verified.every(({ verdict }) => verdict === 'quoted') &&
    verified.some(({ quotes }) =>
      quotes.some(
        ({ citation }) =>
          citation.documentId === documentId && citation.start < end && start < citation.end,
      ),
    )
  )
}

/** Whether the change is found, and no other. */
function hasDifference(
  verified: readonly VerifiedSentence[],
  { before, after }: Alteration,
): boolean {
  const differences = verified.flatMap((sentence) => sentence.differences)
  const [difference] = differences
  return (
    verified.some(({ verdict }) => verdict === 'altered') &&
    verified.every(({ verdict }) => verdict === 'altered' || verdict === 'quoted') &&
    differences.length === 1 &&
    (difference?.draft?.text ?? '') === after &&
    (difference?.source?.text ?? '') === before
  )
}

/** One alteration of each sentence that can be altered, of each kind in turn. The documents have none of the altered sentences. */
function alterationsOf(
  sentences: readonly SourceSentence[],
  corpus: string,
  choose: Choose,
): Alteration[] {
  const letters = lettersOf(corpus)
  const names = namesIn(sentences.map(({ text }) => text))
  return sentences.flatMap(({ text }, i) => {
    const kinds = [...KINDS.slice(i % KINDS.length), ...KINDS.slice(0, i % KINDS.length)]
    const [first] = kinds.flatMap((kind) => alter(text, kind, names, choose) ?? [])
    return first && !letters.includes(lettersOf(first.altered)) ? [first] : []
  })
}

function describe(text: string, verified: readonly VerifiedSentence[]): string {
  const found = verified.map(({ verdict, differences, quotes }) => {
    const changes = differences.map(
      ({ kind, draft, source }) => `${kind} ${source?.text ?? ''} → ${draft?.text ?? ''}`,
    )
    return `${verdict} [${changes.join('; ')}] at ${quotes[0]?.text ?? 'no place'}`
  })
  return `${JSON.stringify(text)}: ${found.join(' | ')}`
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
