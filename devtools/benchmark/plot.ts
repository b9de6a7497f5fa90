import { INK, round, svg, text } from './svg.ts'

/**
 * A chart of values over sizes, with two logarithmic axes: a value that grows in proportion to the
 * size has a slope of one.
 */
export interface Chart {
  /** With the unit of the values. */
  readonly title: string
  readonly series: readonly Series[]
}

export interface Series {
  readonly name: string
  /** Both coordinates are above zero. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

const COLUMNS = 2
const WIDTH = 400
const HEIGHT = 250
const MARGIN = { left: 58, right: 46, top: 44, bottom: 40 }

// Each has a contrast of at least 4:1 on white and on GitHub's dark background.
const COLORS = ['#2f7fe0', '#c2631d']

/**
 * An SVG of small charts in two columns. `xLabel` is the label of each x axis. Text stays text, so
 * that it can be searched.
 */
export function plot(title: string, xLabel: string, charts: readonly Chart[]): string {
  const width = COLUMNS * WIDTH
  const height = Math.ceil(charts.length / COLUMNS) * HEIGHT
  const drawn = charts.map((chart, i) => {
    const position = `${(i % COLUMNS) * WIDTH} ${Math.floor(i / COLUMNS) * HEIGHT}`
    return `<g transform="translate(${position})">\n${drawChart(chart, xLabel)}\n</g>`
  })
  return svg(width, height, title, drawn.join('\n'))
}

function drawChart({ title, series }: Chart, xLabel: string): string {
  const points = series.flatMap((each) => each.points)
  const xScale = scale(
    points.map((point) => point.x),
    MARGIN.left,
    WIDTH - MARGIN.right,
  )
  const yScale = scale(
    points.map((point) => point.y),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  )
  const bottom = HEIGHT - MARGIN.bottom
  const ticks = [
    ...xScale.powers.map((value) =>
      text(xScale.at(value), bottom + 16, 'middle', value.toLocaleString('en')),
    ),
    ...yScale.powers.map((value) => {
      const y = yScale.at(value)
      return `<path d="M${MARGIN.left} ${y}H${WIDTH - MARGIN.right}" stroke="${INK}" stroke-opacity="0.3"/>\n${text(MARGIN.left - 6, y + 4, 'end', value.toLocaleString('en'))}`
    }),
  ]
  return [
    text(MARGIN.left, 18, 'start', title, 'font-weight="600"'),
    ...ticks,
    text((WIDTH + MARGIN.left - MARGIN.right) / 2, HEIGHT - 8, 'middle', xLabel),
    ...series.map((each, i) =>
      text(MARGIN.left + i * 160, 33, 'start', each.name, `fill="${colorOf(i)}"`),
    ),
    ...series.map((each, i) => {
      // Labels stand on the side where no other series is.
      const others = series.filter((other) => other !== each)
      const isAbove = each.points.map(({ y }, at) =>
        others.every((other) => y >= (other.points[at]?.y ?? 0)),
      )
      return drawSeries(each, colorOf(i), isAbove, xScale, yScale)
    }),
  ].join('\n')
}

function colorOf(series: number): string {
  return COLORS[series % COLORS.length] ?? INK
}

function drawSeries(
  { points }: Series,
  color: string,
  isAbove: readonly boolean[],
  xScale: Scale,
  yScale: Scale,
): string {
  const line = points.map(({ x, y }) => `${xScale.at(x)} ${yScale.at(y)}`).join('L')
  return [
    `<path d="M${line}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...points.flatMap((point, i) => {
      const x = xScale.at(point.x)
      const y = yScale.at(point.y)
      const labelled = round(y + (isAbove[i] ? -8 : 17))
      return [
        `<circle cx="${x}" cy="${y}" r="3" fill="${color}"/>`,
        text(x, labelled, 'middle', label(point.y), `fill="${color}"`),
      ]
    }),
  ].join('\n')
}

/**
 * How far a value may lie beyond the last grid line, in powers of ten: 100,240 needs no axis to a
 * million.
 */
const SLACK = 0.05

interface Scale {
  /** The coordinate at which a value is drawn. */
  readonly at: (value: number) => number
  /**
   * The powers of ten that have a grid line, from about the smallest value to about the largest.
   */
  readonly powers: readonly number[]
}

function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)) + SLACK)
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - SLACK))
  return {
    at: (value) => round(from + ((Math.log10(value) - low) / (high - low)) * (to - from)),
    powers: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
  }
}

/** A value as a short label. */
function label(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
}
