import {
  count,
  decimal,
  listed,
  megabytes,
  ms,
  shown,
  type Value,
} from '../measurements/figures.ts'
import { row, type Table, tableOfColumns } from '../measurements/tables.ts'
import type { Measure } from '../measures.ts'
import type { DatabaseFigures } from './measure-database.ts'
import type { ScaleFigures } from './measure-scale.ts'
import { type Chart, plot } from './plot.ts'
import { atMost, buildRate } from './scale-report.ts'

/** The figures of a size that was measured on both engines. */
type BothFigures = ScaleFigures & { readonly database: DatabaseFigures }

/** The measures of the largest index in PostgreSQL; none where no server was named. `all` is in ascending order of size. */
export function engineMeasures(all: readonly ScaleFigures[]): Measure[] {
  const largest = onBoth(all).at(-1)
  if (!largest) return []
  const { retrieval, recall, publications } = largest.database
  const at = `in PostgreSQL, at ${count(largest.passages).toString()} passages`
  const ratio = databaseRate(largest) / buildRate(largest)
  const seenMs = Math.max(...publications.map((publication) => publication.seenMs))
  return [
    atMost(`retrieval ${at}, p50`, retrieval.p50, 15, ms),
    atMost(`retrieval ${at}, p95`, retrieval.p95, 40, ms),
    {
      what: `passages/s of a build without embedding ${at} / embedded`,
      value: shown`${decimal(ratio, 2)}`,
      target: '≥ 0.5',
      met: ratio >= 0.5,
    },
    atMost(`from a publication until two servers have it ${at}, the longest`, seenMs, 2000, ms),
    {
      what: `recall@10 of HNSW against exact search ${at}`,
      value: shown`${decimal(recall)}`,
      target: '≥ 0.98',
      met: recall >= 0.98,
    },
  ]
}

/** A table of both engines, embedded first, with a column for each size. */
export function engineTable(all: readonly ScaleFigures[]): Table {
  return tableOfColumns(
    'passages, on both engines',
    onBoth(all),
    ({ passages }) => count(passages).toString(),
    [
      row(
        'build without embedding, passages/s: embedded / PostgreSQL',
        (figures) => shown`${count(buildRate(figures))} / ${count(databaseRate(figures))}`,
      ),
      row('retrieval, p50: embedded / PostgreSQL', ({ retrieval, database }) =>
        beside(retrieval.p50, database.retrieval.p50),
      ),
      row('retrieval, p95: embedded / PostgreSQL', ({ retrieval, database }) =>
        beside(retrieval.p95, database.retrieval.p95),
      ),
      row('BM25 alone, p50: embedded / PostgreSQL', ({ searches, database }) =>
        beside(searches.words.p50, database.searches.words.p50),
      ),
      row('nearest sentences alone, p50: embedded / PostgreSQL', ({ searches, database }) =>
        beside(searches.vectors.p50, database.searches.vectors.p50),
      ),
      row(
        'recall@10 of HNSW: embedded / PostgreSQL',
        ({ recall, database }) => shown`${decimal(recall)} / ${decimal(database.recall)}`,
      ),
      row(
        'bytes: embedded / PostgreSQL',
        (figures) => shown`${megabytes(fileBytes(figures))} / ${megabytes(figures.database.bytes)}`,
      ),
      row(
        'of these, the graph: embedded / PostgreSQL',
        ({ index, database }) =>
          shown`${megabytes(index.vectorsBytes)} / ${megabytes(database.graphBytes)}`,
      ),
      row('one changed document: until it is published', ({ database }) =>
        listed(database.publications.map(({ buildMs }) => ms(buildMs))),
      ),
      row('and until two servers have it', ({ database }) =>
        listed(database.publications.map(({ seenMs }) => ms(seenMs))),
      ),
    ],
  )
}

/** An SVG with charts of both engines. */
export function enginePlot(all: readonly ScaleFigures[]): string {
  const both = onBoth(all)
  const chart = (
    title: string,
    embedded: (figures: BothFigures) => number,
    postgres: (figures: DatabaseFigures, all: BothFigures) => number,
  ): Chart => ({
    title,
    series: [
      { name: 'embedded', points: both.map((at) => ({ x: at.passages, y: embedded(at) })) },
      {
        name: 'PostgreSQL',
        points: both.map((at) => ({ x: at.passages, y: postgres(at.database, at) })),
      },
    ],
  })
  const charts = [
    chart(
      'Retrieval, p50, ms',
      ({ retrieval }) => retrieval.p50,
      ({ retrieval }) => retrieval.p50,
    ),
    chart(
      'Retrieval, p95, ms',
      ({ retrieval }) => retrieval.p95,
      ({ retrieval }) => retrieval.p95,
    ),
    chart('Build without embedding, passages/s', buildRate, (_, figures) => databaseRate(figures)),
    chart(
      'Files and tables, MB',
      (figures) => fileBytes(figures) / 1e6,
      ({ bytes }) => bytes / 1e6,
    ),
  ]
  return plot('Both engines by the number of passages', 'passages', charts)
}

function onBoth(all: readonly ScaleFigures[]): BothFigures[] {
  return all.flatMap((figures) => {
    const { database } = figures
    return database ? { ...figures, database } : []
  })
}

function databaseRate({ passages, database }: BothFigures): number {
  return passages / (database.buildMs / 1000)
}

function fileBytes({ index }: ScaleFigures): number {
  return index.sqliteBytes + index.vectorsBytes
}

function beside(embedded: number, postgres: number): Value {
  return shown`${ms(embedded)} / ${ms(postgres)}`
}
