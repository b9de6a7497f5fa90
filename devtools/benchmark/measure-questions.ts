import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDatabase } from '../../index/postgres/database.ts'
import { createLog } from '../../server/log.ts'
import { keepQuestions, type Questions } from '../../server/questions/questions.ts'
import { openEmbeddedState } from '../../server/state/embedded/embedded-state.ts'
import { openPostgresState } from '../../server/state/postgres/postgres-state.ts'
import type { AskedQuestion, QuestionStore, State } from '../../server/state/state.ts'
import { ms, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { percentile } from '../statistics.ts'
import { withTemporaryDatabase } from '../temporary-database.ts'
import { randomNumbers } from './random.ts'
import { timed } from './times.ts'

const QUESTIONS = 10_000
const GROUPS = 4000
const DAYS = 30
const RUNS = 20
const TARGET_MS = 300

/** As many numbers as the vectors of the embedding model have. */
const DIMENSIONS = 384

const DAY_MS = 86_400_000
const LIMITS = { conversationTtlMs: DAY_MS, maxTurns: 1, keepQuestionsMs: DAYS * DAY_MS }

const ALL = { within: null, kind: 'all', fromMs: null, toMs: null, text: '' } as const
const PAGE = { sort: 'times', limit: 50, offset: 0, group: null } as const

/**
 * Measures how long a page of 10,000 kept questions takes, in a file, and also in a PostgreSQL database where `serverUrl` names a
 * server.
 */
export async function measureQuestions(serverUrl: string | null): Promise<Measure[]> {
  const measures = await measureFile()
  if (serverUrl !== null) measures.push(...(await measureDatabase(serverUrl)))
  return measures
}

async function measureFile(): Promise<Measure[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'footnote-questions-'))
  try {
    const state = await openEmbeddedState({ ...LIMITS, dataDir, legacyDir: dataDir })
    return await measureAndClose(state, 'in SQLite')
  } finally {
    await rm(dataDir, { recursive: true })
  }
}

function measureDatabase(serverUrl: string): Promise<Measure[]> {
  return withTemporaryDatabase(serverUrl, async (url) => {
    const database = openDatabase(url)
    try {
      return await measureAndClose(await openPostgresState(database, LIMITS), 'in PostgreSQL')
    } finally {
      await database.close()
    }
  })
}

async function measureAndClose(state: State, where: string): Promise<Measure[]> {
  try {
    return await measurePages(state.questions, where)
  } finally {
    await state.close()
  }
}

async function measurePages(store: QuestionStore, where: string): Promise<Measure[]> {
  await keepGenerated(store)
  const { questions } = keepQuestions(store, createLog('silent'))
  const toMs = Date.now()
  const week = { ...ALL, fromMs: toMs - 7 * DAY_MS, toMs, text: 'number 7' }
  const lastPage = { ...PAGE, offset: GROUPS - PAGE.limit }
  const ways: readonly (readonly [what: string, ...asked: Parameters<Questions['groups']>])[] = [
    ['asked most', ALL, PAGE],
    ['asked most, the last page', ALL, lastPage],
    ['not answered, last asked', { ...ALL, kind: 'unanswered' }, { ...PAGE, sort: 'lastAsked' }],
    ['of a week, with words', week, PAGE],
  ]
  const measures: Measure[] = []
  for (const [what, ...asked] of ways) {
    const times: number[] = []
    for (let run = 0; run < RUNS; run += 1)
      times.push(await timed(() => questions.groups(...asked)))
    const median = percentile(times, 0.5)
    measures.push({
      what: `10,000 kept questions ${where}: a page of them, ${what}, median`,
      value: shown`${ms(median)}`,
      target: `≤ ${TARGET_MS} ms`,
      met: median <= TARGET_MS,
    })
  }
  return measures
}

/** Keeps questions that were asked one to five times in the last month, in groups of two or three. */
async function keepGenerated(store: QuestionStore): Promise<void> {
  const random = randomNumbers(1)
  const asked = Array.from({ length: QUESTIONS }, (_, number) => generateQuestion(number, random))
  for (const question of asked) {
    const times = 1 + Math.floor(5 * random())
    const { askedAtMs } = question
    await store.record(
      Array.from({ length: times }, (_, i) => {
        return { ...question, askedAtMs: askedAtMs - Math.floor(i * random() * DAY_MS) }
      }),
    )
  }
  const waiting = await store.ungrouped(QUESTIONS)
  const ids = waiting.map(({ id }) => id)
  await store.putIntoGroups(ids.map((id, i) => ({ id, group: ids[i % GROUPS] ?? id })))
}

function generateQuestion(number: number, random: () => number): AskedQuestion {
  const question = `What does the handbook say of the matter that has the number ${number} in it?`
  const place = { documentId: `document-${number % 50}`, title: 'The handbook of the station' }
  const text = 'Whoever works there signs the book of the room, and leaves the key at the gate.'
  return {
    question,
    interpretedAs: question,
    collections: number % 10 === 0 ? ['handbooks'] : null,
    answered: number % 3 > 0,
    confidence: random(),
    found: Array.from({ length: 3 }, (_, i) => ({
      ...place,
      start: i,
      end: i + text.length,
      text,
    })),
    askedAtMs: Date.now() - Math.floor(random() * (DAYS - 6) * DAY_MS),
    vector: new Float32Array(DIMENSIONS).map(() => random() - 0.5),
  }
}
