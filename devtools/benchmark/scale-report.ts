import type { Measure } from './measure.ts'
import type { WordFigures, WordsFound } from './compare-words.ts'
import type { ScaleFigures } from './measure-scale.ts'
import { SHAPE } from './generate-corpus.ts'
import { type Chart, plot } from './plot.ts'

/** What is asked of the largest size, and of how it compares with the smallest. */
export function scaleMeasures(all: readonly ScaleFigures[]): Measure[] {
  const [small] = all
  const large = all.at(-1)
  if (!small || !large) return []
  const { retrieval, ready, recall } = large
  const at = `at ${count(large.passages)} passages`
  const growth = retrieval.p50 / small.retrieval.p50
  return [
    atMost(`retrieval ${at}, p50`, retrieval.p50, 10, ms),
    atMost(`retrieval ${at}, p95`, retrieval.p95, 25, ms),
    atMost(`its p50, times that at ${count(small.passages)}`, growth, 10, (value) =>
      value.toFixed(1),
    ),
    atMost(`npm start to ready ${at}`, ready, 5000, ms),
    {
      what: `recall@10 of HNSW against exact search ${at}`,
      value: recall.toFixed(3),
      target: '≥ 0.98',
      met: recall >= 0.98,
    },
    noLoss(large.generated, 'generated questions', at),
    ...(large.mixedIn ? [noLoss(large.mixedIn, "people's questions", at)] : []),
  ]
}

function noLoss({ rarest, every }: WordFigures, questions: string, at: string): Measure {
  return {
    what: `right passage among the best 5 ${at}, ${questions}: as it is / if every word found passages`,
    value: `${rarest.best.toFixed(1)} / ${every.best.toFixed(1)} %`,
    target: 'not less',
    met: rarest.best >= every.best,
  }
}

function atMost(
  what: string,
  value: number,
  limit: number,
  show: (value: number) => string,
): Measure {
  return {
    what,
    value: show(value),
    target: `≤ ${limit}${show === ms ? ' ms' : ''}`,
    met: value <= limit,
  }
}

/** What grows, and how: a table with a column for each size. */
export function scaleTable(all: readonly ScaleFigures[]): string {
  const row = (what: string, show: (figures: ScaleFigures) => string) =>
    tableRow(what, all.map(show))
  return [
    row('passages', ({ passages }) => count(passages)),
    row('---', () => '---'),
    row('sentences', ({ sentences }) => count(sentences)),
    row('build without embedding, passages/s', (figures) => count(buildRate(figures))),
    row('index.sqlite', ({ index }) => megabytes(index.sqliteSize)),
    row('sentences.hnsw', ({ index }) => megabytes(index.hnswSize)),
    row('memory at rest, all processes', ({ memory }) => megabytes(memory)),
    row('npm start to ready', ({ ready }) => ms(ready)),
    row('retrieval, p50 / p95', ({ retrieval: { p50, p95 } }) => `${ms(p50)} / ${ms(p95)}`),
    row('bare hnswlib, p50 / p95', ({ hnsw: { p50, p95 } }) => `${ms(p50)} / ${ms(p95)}`),
    row('retrieval / bare hnswlib and bare FTS5 with every word, p50', (figures) =>
      (figures.retrieval.p50 / (figures.hnsw.p50 + figures.generated.every.p50)).toFixed(2),
    ),
    row('recall@10 of HNSW', ({ recall }) => recall.toFixed(3)),
    ...wordRows('generated', 'generated questions', all),
    ...wordRows('mixedIn', "people's questions", all),
  ].join('\n')
}

function wordRows(
  kind: 'generated' | 'mixedIn',
  questions: string,
  all: readonly ScaleFigures[],
): string[] {
  const figures = all.flatMap((each) => each[kind] ?? [])
  if (figures.length === 0) return []
  const rows = (found: readonly WordsFound[], how: string) => [
    tableRow(
      `${questions}, ${how}: BM25, p50 / p95`,
      found.map(({ p50, p95 }) => `${ms(p50)} / ${ms(p95)}`),
    ),
    tableRow(
      'right passage first / among 20 by BM25 / among 5 fused, %',
      found.map(({ first, found: among, best }) =>
        [first, among, best].map((share) => share.toFixed(1)).join(' / '),
      ),
    ),
  ]
  return [
    ...rows(
      figures.map(({ rarest }) => rarest),
      'as it is',
    ),
    ...rows(
      figures.map(({ every }) => every),
      'every word finds passages (bare FTS5)',
    ),
  ]
}

function tableRow(what: string, cells: readonly string[]): string {
  return `| ${[what, ...cells].join(' | ')} |`
}

/** The same as a picture. */
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
        series('the rarest find (as it is)', ({ generated }) => generated.rarest.p50),
      ],
    },
    {
      title: 'npm start to ready, ms',
      series: [series('with an index there', ({ ready }) => ready)],
    },
    {
      title: 'Memory at rest, MB',
      series: [series('all processes', ({ memory }) => memory / 1e6)],
    },
    {
      title: 'Files, MB',
      series: [
        series('index.sqlite', ({ index }) => index.sqliteSize / 1e6),
        series('sentences.hnsw', ({ index }) => index.hnswSize / 1e6),
      ],
    },
    {
      title: 'Build without embedding, passages/s',
      series: [series('with vectors made up', buildRate)],
    },
  ]
  return plot('What grows with the number of passages, and how', 'passages', charts)
}

/** What the passages are, in words. */
export function describeCorpus(mixedInPassages: boolean): string {
  const { passagesADocument, sentencesAPassage, wordsASentence } = SHAPE
  return [
    `Passages are generated: ${sentencesAPassage} sentences of ${wordsASentence.join(' to ')} words each, ${passagesADocument} a document, in words as frequent as those of English.`,
    'Their vectors are generated too (384 numbers, lying as those of the model do), since embedding 200,000 sentences takes hours: builds are timed without it.',
    mixedInPassages
      ? "Among them are the articles of the data set, which people's questions are about; these have generated vectors as well."
      : '',
  ]
    .join('\n')
    .trim()
}

function buildRate({ passages, index }: ScaleFigures): number {
  return passages / (index.buildTime / 1000)
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function ms(value: number): string {
  return `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
