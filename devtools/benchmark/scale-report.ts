import {
  count,
  decimal,
  type Figure,
  megabytes,
  ms,
  percent,
  shown,
  type Value,
} from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import type { WordSearchFigures, WordSearchResult } from './compare-word-search.ts'
import { type Row, row, type Table, tableOfColumns } from '../measurements/tables.ts'
import { SHAPE } from './generate-corpus.ts'
import type { ScaleFigures } from './measure-scale.ts'
import { type Chart, plot } from './plot.ts'
import type { Times } from './times.ts'
import { waterfall } from './waterfall.ts'

/** What retrieval and a start may take at 100,000 passages and at 1,000,000. */
const TARGETS = { p50: 10, p95: 25, readyMs: 5000 }
const MILLION_TARGETS = { p50: 30, p95: 75, readyMs: 10_000 }

/**
 * The measures of the largest index, and of its growth from the smallest. `all` is in ascending
 * order of size.
 */
export function scaleMeasures(all: readonly ScaleFigures[]): Measure[] {
  const [smallest] = all
  const largest = all.at(-1)
  if (!smallest || !largest) return []
  const { retrieval, start, recall, publication } = largest
  const targets = largest.passages > 500_000 ? MILLION_TARGETS : TARGETS
  const at = `at ${count(largest.passages).toString()} passages`
  const growth = retrieval.p50 / smallest.retrieval.p50
  return [
    atMost(`retrieval ${at}, p50`, retrieval.p50, targets.p50, ms),
    atMost(`retrieval ${at}, p95`, retrieval.p95, targets.p95, ms),
    atMost(`retrieval p50 ${at} / at ${count(smallest.passages).toString()}`, growth, 10, (value) =>
      decimal(value, 1),
    ),
    atMost(`npm start to ready ${at}`, start.readyMs, targets.readyMs, ms),
    atMost(
      `longest hold of the event loop by a publication ${at}`,
      Math.max(publication.longestBuildHoldMs, publication.longestOpenHoldMs),
      50,
      ms,
    ),
    {
      what: `recall@10 of the nearest sentences against exact search ${at}`,
      value: shown`${decimal(recall)}`,
      target: '≥ 0.98',
      met: recall >= 0.98,
    },
    noLoss(largest.generated, 'generated questions', at),
    ...(largest.mixedIn ? [noLoss(largest.mixedIn, "people's questions", at)] : []),
  ]
}

function noLoss({ rarest, every }: WordSearchFigures, questions: string, at: string): Measure {
  return {
    what: `right passage among the best 5 ${at}, ${questions}: rarest words find passages (as shipped) / every word does`,
    value: shown`${percent(rarest.fused)} / ${percent(every.fused)}`,
    target: 'not less',
    met: rarest.fused >= every.fused,
  }
}

export function atMost(
  what: string,
  value: number,
  limit: number,
  show: (value: number) => Figure,
): Measure {
  return {
    what,
    value: shown`${show(value)}`,
    target: `≤ ${limit}${show === ms ? ' ms' : ''}`,
    met: value <= limit,
  }
}

/** A table of all figures, with a column for each size. */
export function scaleTable(all: readonly ScaleFigures[]): Table {
  return tableOfColumns('passages', all, ({ passages }) => count(passages).toString(), [
    row('sentences', ({ sentences }) => count(sentences)),
    row('build without embedding, passages/s', (figures) => count(buildRate(figures))),
    row('index.sqlite', ({ index }) => megabytes(index.sqliteBytes)),
    row('sentences.hnsw or .lists', ({ index }) => megabytes(index.vectorsBytes)),
    row('memory at rest, all processes', ({ start }) => megabytes(start.memoryBytes)),
    row('the same, pages that processes share counted once', ({ start }) =>
      megabytes(start.sharedOnceBytes),
    ),
    row('npm start to ready', ({ start }) => ms(start.readyMs)),
    row('retrieval, p50 / p95', ({ retrieval }) => beside(retrieval)),
    row('nearest sentences alone, p50 / p95', ({ searches: { vectors } }) => beside(vectors)),
    row('bare hnswlib, p50 / p95', ({ hnsw }) => (hnsw ? beside(hnsw) : '–')),
    row(
      'retrieval / bare hnswlib and bare FTS5 with every word, p50',
      ({ retrieval, hnsw, generated }) =>
        hnsw ? decimal(retrieval.p50 / (hnsw.p50 + generated.every.p50), 2) : '–',
    ),
    row('one changed document, until it is published', ({ publication }) =>
      ms(publication.publishMs),
    ),
    row(
      'longest hold of the event loop: by the build / by opening the new index',
      ({ publication }) =>
        shown`${ms(publication.longestBuildHoldMs)} / ${ms(publication.longestOpenHoldMs)}`,
    ),
    row('recall@10 of the nearest sentences', ({ recall }) => decimal(recall)),
    ...wordSearchRows('generated questions', ({ generated }) => generated),
    ...(all.some(({ mixedIn }) => mixedIn !== null)
      ? wordSearchRows("people's questions", ({ mixedIn }) => mixedIn)
      : []),
  ])
}

function wordSearchRows(
  questions: string,
  figuresOf: (figures: ScaleFigures) => WordSearchFigures | null,
): Row<ScaleFigures>[] {
  const rows = (
    variant: string,
    resultOf: (figures: WordSearchFigures) => WordSearchResult,
  ): Row<ScaleFigures>[] => {
    const rowOf = (what: string, show: (result: WordSearchResult) => Value) =>
      row<ScaleFigures>(`${questions}, ${variant}: ${what}`, (figures) => {
        const found = figuresOf(figures)
        return found ? show(resultOf(found)) : '–'
      })
    return [
      rowOf('BM25, p50 / p95', beside),
      rowOf(
        'right passage first / among 20 by BM25 / among 5 fused',
        ({ first, found, fused }) =>
          shown`${percent(first)} / ${percent(found)} / ${percent(fused)}`,
      ),
    ]
  }
  return [
    ...rows('rarest words find passages (as shipped)', ({ rarest }) => rarest),
    ...rows('every word finds passages (bare FTS5)', ({ every }) => every),
  ]
}

function beside({ p50, p95 }: Times): Value {
  return shown`${ms(p50)} / ${ms(p95)}`
}

/** An SVG with charts of the most important figures. */
export function scalePlot(all: readonly ScaleFigures[]): string {
  const series = (name: string, y: (figures: ScaleFigures) => number) => ({
    name,
    points: all.map((figures) => ({ x: figures.passages, y: y(figures) })),
  })
  const charts: Chart[] = [
    {
      title: 'Retrieval, ms',
      series: [
        series('p95', ({ retrieval }) => retrieval.p95),
        series('p50', ({ retrieval }) => retrieval.p50),
      ],
    },
    {
      title: 'BM25 alone, p50, ms',
      series: [
        series('every word finds', ({ generated }) => generated.every.p50),
        series('rarest words find (as shipped)', ({ generated }) => generated.rarest.p50),
      ],
    },
    {
      title: 'npm start to ready, ms',
      series: [series('with an existing index', ({ start }) => start.readyMs)],
    },
    {
      title: 'Memory at rest, MB',
      series: [series('all processes', ({ start }) => start.memoryBytes / 1e6)],
    },
    {
      title: 'Files, MB',
      series: [
        series('index.sqlite', ({ index }) => index.sqliteBytes / 1e6),
        series('sentences.hnsw or .lists', ({ index }) => index.vectorsBytes / 1e6),
      ],
    },
    {
      title: 'Build without embedding, passages/s',
      series: [series('with generated vectors', buildRate)],
    },
  ]
  return plot('How Footnote scales with the number of passages', 'passages', charts)
}

/** An SVG with the steps of a start with the largest index. */
export function scaleStartPlot(all: readonly ScaleFigures[]): string {
  const { passages, start } = all.at(-1) ?? { passages: 0, start: { steps: [] } }
  return waterfall(`npm start with ${count(passages).toString()} passages: steps, ms`, start.steps)
}

/** Sentences that say what the measured passages are. */
export function describeCorpus(all: readonly ScaleFigures[]): string {
  const { passagesPerDocument, sentencesPerPassage, wordsPerSentence } = SHAPE
  return [
    `Passages are generated: ${sentencesPerPassage} sentences of ${wordsPerSentence.join(' to ')} words each, ${passagesPerDocument} passages per document, with words as frequent as in English.`,
    'Their vectors are generated too (384 numbers, distributed as those of the model), because embedding 200,000 sentences takes hours. Builds are timed without embedding.',
    ...(all.some(({ mixedIn }) => mixedIn !== null)
      ? [
          "The articles of the data set, which people's questions are about, are mixed in. They have generated vectors as well.",
        ]
      : []),
  ].join('\n')
}

export function buildRate({ passages, index }: ScaleFigures): number {
  return passages / (index.buildMs / 1000)
}
