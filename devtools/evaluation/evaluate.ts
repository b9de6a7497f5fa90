import { hashFile } from '../../index/files.ts'
import { startInference } from '../../index/inference/inference.ts'
import type { Calibration } from '../../server/answer/confidence.ts'
import type { Config } from '../../server/config.ts'
import { ablate } from './ablations.ts'
import { askDialogs, type Asking, askQuestions } from './ask-rounds.ts'
import { crossFitted } from './cross-fitted.ts'
import {
  type ConversationSet,
  type EvaluationQuestion,
  type QuestionSet,
  readDataset,
} from './dataset.ts'
import type { Outcome } from './outcome.ts'
import { type Figures, recovery, summarize, summarizeAt, summarizeTurns } from './report.ts'
import { evaluationRounds, leftOutRound, ownDocumentRound, type Round, take } from './rounds.ts'

/** The figures of one or more runs, by the name of each run. */
export type Columns = Readonly<Record<string, Figures>>

/** What a data set is evaluated with. */
export interface Evaluating extends Asking {
  /** The calibration to score the questions about an article with. */
  readonly calibrationOf: (article: number) => Calibration
  /** Asks only this many questions (or dialogs), evenly chosen. */
  readonly limit?: number | undefined
}

/**
 * What the questions of a SQuAD file are asked of: `all` its articles; `left-out`: the even paragraphs of each, which do not
 * answer the questions about the odd ones; `own-document`: the article of each question alone. Has no effect on
 * conversations.
 */
export type AskedOf = 'all' | 'left-out' | 'own-document'

export interface EvaluateOptions extends Pick<Evaluating, 'limit' | 'onProgress'> {
  readonly askedOf: AskedOf
  /**
   * Also runs BM25 alone, vectors alone, and the fusion of both; has no effect on conversations.
   */
  readonly withAblations: boolean
  /** Also what each of these thresholds would bring. Has no effect on conversations. */
  readonly thresholds: readonly number[]
}

/**
 * Asks the labelled questions of a data set file as the server does, and counts the right answers.
 * Throws `dataset-invalid`.
 */
export async function evaluateFile(
  file: string,
  config: Config,
  { askedOf, withAblations, thresholds, ...options }: EvaluateOptions,
): Promise<Columns> {
  const set = await readDataset(file)
  const calibrationOf = crossFitted(await hashFile(file))
  const inference = await startInference(config.inference)
  try {
    const evaluating = { ...options, config, inference, calibrationOf }
    if (set.kind === 'conversations') return await evaluateConversations(set, evaluating)
    const rounds = roundsOf(set, askedOf, options.limit)
    const outcomes = (await askQuestions(rounds, evaluating, calibrationOf)).flat()
    return {
      'all together': summarize(outcomes),
      ...Object.fromEntries(thresholds.map((at) => [at.toFixed(2), summarizeAt(at, outcomes)])),
      ...(withAblations && (await ablate(rounds, evaluating))),
    }
  } finally {
    await inference.close()
  }
}

function roundsOf(set: QuestionSet, askedOf: AskedOf, limit: number | undefined): Round[] {
  switch (askedOf) {
    case 'all':
      return evaluationRounds(set, limit)
    case 'left-out':
      return [leftOutRound(set, limit)]
    case 'own-document':
      return [ownDocumentRound(set, limit)]
  }
}

/**
 * Asks the questions of dialogs in five ways: as typed and alone (`raw`); alone, after the first
 * and the previous question (`joined`); in a conversation; alone, as people rewrote them (`human`);
 * and rewritten, in a conversation.
 */
async function evaluateConversations(
  { documents, dialogs }: ConversationSet,
  { calibrationOf, limit, ...asking }: Evaluating,
): Promise<Columns> {
  const typed = take(dialogs, limit)
  const rewritten = typed.map((dialog) =>
    Array.from(dialog, (turn) => ({ ...turn, question: turn.rewrite })),
  )
  const joined = typed.map((dialog) =>
    Array.from(dialog, (turn, i) => ({ ...turn, question: withHistory(dialog, i) })),
  )
  const alone = [typed, rewritten, joined].map((run) => ({ documents, questions: run.flat() }))
  const [rawOutcomes = [], humanOutcomes = [], joinedOutcomes = []] = await askQuestions(
    alone,
    asking,
    calibrationOf,
  )
  const inTurn = [typed, rewritten].map((run) => ({ documents, questions: run }))
  const [typedInTurn = [], rewrittenInTurn = []] = await askDialogs(inTurn, asking)
  const byDialog = (outcomes: readonly Outcome[]) => {
    const left = [...outcomes]
    return typed.map((dialog) => left.splice(0, dialog.length))
  }
  const raw = summarizeTurns(byDialog(rawOutcomes))
  const human = summarizeTurns(byDialog(humanOutcomes))
  const withRecovery = (figures: Figures) => {
    return { ...figures, 'follow-up recovery': recovery(figures, { raw, human }) }
  }
  return {
    raw,
    joined: withRecovery(summarizeTurns(byDialog(joinedOutcomes))),
    conversation: withRecovery(summarizeTurns(typedInTurn)),
    human,
    'human, in conversation': summarizeTurns(rewrittenInTurn),
  }
}

/** The first, the previous and the present question of a dialog, joined. */
function withHistory(dialog: readonly EvaluationQuestion[], i: number): string {
  const turns = [dialog[0], dialog[i - 1], dialog[i]]
  return [...new Set(turns.flatMap((turn) => turn?.question ?? []))].join(' ')
}
