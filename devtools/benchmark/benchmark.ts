import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { BuildOptions } from '../../index/build.ts'
import { readFrontMatter } from '../../index/documents/front-matter.ts'
import { startInference } from '../../index/inference/inference.ts'
import type { Config } from '../../server/config.ts'
import { readQuestionSet } from '../evaluation/dataset.ts'
import { startFootnote } from '../footnote-process.ts'
import { ms, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { measureBuild } from './measure-build.ts'
import { measureCachedAnswers } from './measure-cached-answers.ts'
import { askAlone, measureConcurrency, measureOneModelProcess } from './measure-concurrency.ts'
import { measureMemoryAtRest, measureMemoryGrowth } from './measure-memory.ts'
import { measureOverload } from './measure-overload.ts'
import { measureQuestionTime } from './measure-question-time.ts'
import { measureScale, mixedInFrom, type ScaleFigures } from './measure-scale.ts'
import { measureStart, type StartFigures } from './measure-start.ts'
import { measureStreaming } from './measure-streaming.ts'
import { measureWidget } from './measure-widget.ts'

/** No two measurements ask the same questions: a cached answer would measure no model. */
const FIRST_QUESTION = { overload: 1000, questionTime: 3000, streaming: 0, memoryGrowth: 4000 }

/**
 * Measures the product against its bare parts. With `onlyLoad`, measures only its start and what
 * concurrent clients get.
 */
export async function benchmarkProduct(
  config: Config,
  { onlyLoad }: { onlyLoad: boolean },
): Promise<Measure[]> {
  const settings = settingsOf(config)
  const inference = await startInference(config.inference)
  // The first start builds the index, so that the next one finds it.
  const first = await startFootnote(settings)
  const references = await askAlone(first.url)
  await first.stop()

  const footnote = await startFootnote(settings)
  const measures: Measure[] = [startMeasure(footnote.readyAfterMs)]
  try {
    if (!onlyLoad) {
      measures.push(...(await measureMemoryAtRest(footnote)))
      measures.push(...(await measureWidget(footnote.url)))
    }
    const concurrent = await measureConcurrency(footnote, inference, references)
    measures.push(...concurrent.measures)
    measures.push(
      ...(await measureOverload(footnote, concurrent.perSecond, FIRST_QUESTION.overload)),
    )
    if (onlyLoad) return measures
    measures.push(
      ...(await measureQuestionTime(footnote.url, inference, FIRST_QUESTION.questionTime)),
    )
    measures.push(...(await measureCachedAnswers(footnote.url)))
    measures.push(...(await measureMemoryGrowth(footnote, FIRST_QUESTION.memoryGrowth)))
    await footnote.stop()
    measures.push(...(await measureOneModelProcess(settings, references, concurrent)))
    measures.push(...(await benchmarkStreaming(config)))
    measures.push(...(await measureBuild(config, await shippedText(config))))
    return measures
  } finally {
    await footnote.stop()
    await inference.close()
  }
}

/** Measures how the server starts with the index of the settings, which is built first where it is missing. */
export async function benchmarkStart(config: Config): Promise<StartFigures> {
  const settings = settingsOf(config)
  const first = await startFootnote(settings)
  await first.stop()
  return measureStart(settings)
}

/** Compares answers that are sent as events with answers that are sent as JSON. */
export function benchmarkStreaming(config: Config): Promise<Measure[]> {
  return measureStreaming(config, FIRST_QUESTION.streaming)
}

export interface BenchmarkScaleOptions {
  /** The sizes of the indexes, in passages. */
  readonly sizes: readonly number[]
  /** A file in SQuAD 1.1 format, whose articles are mixed in and whose questions are asked too. */
  readonly dataset?: string | undefined
  /** See `ScaleOptions.serverUrl`. */
  readonly serverUrl: string | null
  /** Told of each build. */
  readonly onProgress?: BuildOptions['onProgress']
}

/**
 * Measures how the product scales with the number of passages, in the order of the sizes. Throws `dataset-invalid`, and what
 * the database throws.
 */
export async function benchmarkScale(
  config: Config,
  { sizes, dataset, serverUrl, onProgress }: BenchmarkScaleOptions,
): Promise<ScaleFigures[]> {
  const mixedIn = dataset === undefined ? null : mixedInFrom(await readQuestionSet(dataset))
  const figures: ScaleFigures[] = []
  for (const passages of sizes) {
    figures.push(await measureScale(passages, config, { mixedIn, serverUrl, onProgress }))
  }
  return figures
}

function settingsOf({ documentsDir, indexDir, dataDir }: Config) {
  return {
    DOCUMENTS_DIR: documentsDir,
    INDEX_DIR: indexDir,
    DATA_DIR: dataDir,
    RATE_LIMIT: '0',
  }
}

/** The measure of the time from `npm start` to ready, in ms. */
export function startMeasure(readyMs: number): Measure {
  return {
    what: 'npm start to ready, with an existing index',
    value: shown`${ms(readyMs)}`,
    target: '≤ 3000 ms',
    met: readyMs <= 3000,
  }
}

async function shippedText({ documentsDir }: Config): Promise<string> {
  const file = path.join(documentsDir, 'inss-insight-1351.txt')
  return readFrontMatter(await readFile(file, 'utf8')).text
}
