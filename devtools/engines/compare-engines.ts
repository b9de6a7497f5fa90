import { buildIndex } from '../../index/build.ts'
import { copyIndex } from '../../index/copy-index.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { Config } from '../../server/config.ts'
import { engineOf } from '../../server/engine.ts'
import { type Footnote, openFootnote } from '../../server/footnote.ts'
import { createLog } from '../../server/log.ts'
import type { Service } from '../../server/service.ts'
import { openTemporaryState } from '../../server/state/embedded/embedded-state.ts'
import { type Asking, askRounds } from '../evaluation/ask-rounds.ts'
import { figure, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { withTemporaryDatabase } from '../temporary-database.ts'
import {
  type AnswerPair,
  type AskedBoth,
  comparedAnswer,
  confidenceGap,
  type Difference,
  differenceOf,
  foundTheSame,
  MAX_CONFIDENCE_GAP,
} from './compare-answers.ts'
import { datasetQuestions, goldenQuestions, type NamedQuestions } from './question-sets.ts'
import { type RememberingInference, rememberingInference } from './remembering-inference.ts'

const MAX_QUOTES = 3

/** How long a question may take: on a busy machine longer than for people. */
const TIME_LIMIT_MS = 600_000

export interface CompareOptions {
  /** The address of a PostgreSQL server, whose user may create databases. */
  readonly serverUrl: string
  /** A file in the format of SQuAD. Default: only the golden questions are asked. */
  readonly dataset?: string | undefined
  /** How many questions of the data set are asked. */
  readonly questions: number
  /** Called before the first question and after each one (or dialog), with numbers of them. */
  readonly onProgress: (progress: { done: number; total: number }) => void
}

/** The answers to one set of questions. */
export interface AskedSet {
  readonly name: string
  readonly asked: readonly AskedBoth[]
}

/**
 * Asks both engines the same questions of the same index, which is built embedded and copied: once as they are, and once with
 * every vector compared. Only the index is in the database, a temporary one; conversations are in memory. Throws
 * `dataset-invalid`, and what the database throws.
 */
export async function compareEngines(
  config: Config,
  inference: Inference,
  { dataset, questions, serverUrl, onProgress }: CompareOptions,
): Promise<AskedSet[]> {
  const sets = await goldenQuestions()
  if (dataset !== undefined) sets.push(await datasetQuestions(dataset, questions))
  const remembering = rememberingInference(inference)
  return withTemporaryDatabase(serverUrl, (databaseUrl) =>
    askSets(sets, databaseUrl, { config, inference: remembering, onProgress }),
  )
}

async function askSets(
  sets: readonly NamedQuestions[],
  databaseUrl: string,
  asking: Asking & { readonly inference: RememberingInference },
): Promise<AskedSet[]> {
  const rounds = sets.map(({ documents, dialogs }) => ({ documents, questions: dialogs }))
  const answers = await askRounds(
    rounds,
    asking,
    (config) => openEngines(config, { ...config, databaseUrl }, asking.inference),
    (dialog, engines) => engines.ask(dialog),
  )
  return sets.map(({ name }, i) => ({ name, asked: answers[i]?.flat() ?? [] }))
}

/** Builds the index of `embedded`, copies it to that of `postgres`, and opens the product on both, in both ways. */
async function openEngines(embedded: Config, postgres: Config, inference: RememberingInference) {
  await buildAndCopy(embedded, postgres, inference)
  const opened: Footnote[] = []
  const open = async (settings: Config, exactSearch: boolean) => {
    const footnote = await openFootnote(
      { ...settings, slack: null, webhooks: null },
      {
        log: createLog('silent'),
        inference: Promise.resolve(inference),
        state: await openTemporaryState(settings),
        build: 'never',
        exactSearch,
        queue: { timeLimitMs: TIME_LIMIT_MS },
      },
    )
    opened.push(footnote)
    return footnote.service
  }
  const byGraph = [await open(embedded, false), await open(postgres, false)] as const
  const exactly = [await open(embedded, true), await open(postgres, true)] as const
  return {
    ask: async (dialog: readonly string[]): Promise<AskedBoth[]> => {
      const pairsByGraph = await askBoth(dialog, byGraph)
      const exactPairs = await askBoth(dialog, exactly)
      inference.forget()
      return dialog.flatMap((question, i) => {
        const [ofGraph, exact] = [pairsByGraph[i], exactPairs[i]]
        return ofGraph && exact ? { question, byGraph: ofGraph, exactly: exact } : []
      })
    },
    close: async () => {
      for (const footnote of opened) await footnote.close()
    },
  }
}

/** Asks the questions of a dialog in one conversation of each service. */
async function askBoth(
  dialog: readonly string[],
  services: readonly [Service, Service],
): Promise<AnswerPair[]> {
  const pairs: AnswerPair[] = []
  const conversations: [string | null, string | null] = [null, null]
  for (const question of dialog) {
    const ask = async (at: 0 | 1) => {
      const request = { question, maxQuotes: MAX_QUOTES, documentIds: null }
      const reply = await services[at].ask({ ...request, conversationId: conversations[at] })
      conversations[at] = reply.conversationId
      return comparedAnswer(reply.answer)
    }
    pairs.push({ embedded: await ask(0), postgres: await ask(1) })
  }
  return pairs
}

async function buildAndCopy(
  embedded: Config,
  postgres: Config,
  inference: RememberingInference,
): Promise<void> {
  const [from, to] = [engineOf(embedded), engineOf(postgres)]
  try {
    await buildIndex({
      documentsDir: embedded.documentsDir,
      storage: from.storage,
      models: embedded.inference,
      inference: async () => inference,
    })
    await copyIndex({ from: from.storage, to: to.storage })
  } finally {
    await to.close()
    await from.close()
  }
}

/** The differences in a set, in the order of the questions. */
export function differencesIn({ asked }: AskedSet): Difference[] {
  return asked.flatMap((each) => differenceOf(each) ?? [])
}

/** The measures of each set of questions. */
export function engineMeasures(sets: readonly AskedSet[]): Measure[] {
  return sets.flatMap((set) => {
    const { name, asked } = set
    const differences = differencesIn(set)
    const ties = differences.filter(({ kind }) => kind === 'near tie by HNSW').length
    const real = differences.length - ties
    const exactlyTheSame = asked.filter(({ exactly, question }) => {
      return differenceOf({ question, byGraph: exactly, exactly }) === null
    }).length
    const others = asked.filter(({ byGraph }) => !foundTheSame(byGraph)).length
    const gap = Math.max(
      ...asked.flatMap((each) => [each.byGraph, each.exactly]).map(confidenceGap),
    )
    return [
      counted(
        `${name}: same quotes, order and confidence`,
        asked.length - differences.length,
        asked,
      ),
      { what: `${name}: near ties by HNSW`, value: shown`${ties}`, target: '–', met: null },
      { what: `${name}: real differences`, value: shown`${real}`, target: '0', met: real === 0 },
      {
        ...counted(`${name}: the same with exact search on both`, exactlyTheSame, asked),
        target: 'all',
        met: exactlyTheSame === asked.length,
      },
      counted(`${name}: other sentences were found by HNSW`, others, asked),
      {
        what: `${name}: largest gap between confidences of the same quote`,
        value: shown`${figure(gap, '', gap === 0 ? '0' : gap.toExponential(1))}`,
        target: `≤ ${MAX_CONFIDENCE_GAP.toExponential()}`,
        met: gap <= MAX_CONFIDENCE_GAP,
      },
    ]
  })
}

function counted(what: string, count: number, all: readonly AskedBoth[]): Measure {
  return { what, value: shown`${count} of ${all.length}`, target: '–', met: null }
}
