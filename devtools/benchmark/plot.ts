/** Values over sizes, both on logarithmic axes: what grows with the size is a slope of one. */
export interface Chart {
  /** With its unit. */
  readonly title: string
  readonly series: readonly Series[]
}

export interface Series {
  readonly name: string
  /** Above zero. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

const COLUMNS = 2
const WIDTH = 400
const HEIGHT = 250
const INSET = { left: 58, right: 46, top: 44, bottom: 40 }

// Each at least 4 : 1 on white and on GitHub's dark page.
const INK = '#737a83'
const COLORS = ['#2f7fe0', '#c2631d']

/** An SVG of small charts in two columns; `x` says what the sizes are. Text is text. */
export function plot(title: string, x: string, charts: readonly Chart[]): string {
  const width = COLUMNS * WIDTH
  const height = Math.ceil(charts.length / COLUMNS) * HEIGHT
  const drawn = charts.map((chart, i) => {
    const place = `${(i % COLUMNS) * WIDTH} ${Math.floor(i / COLUMNS) * HEIGHT}`
    return `<g transform="translate(${place})">\n${drawChart(chart, x)}\n</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">
<title>${escape(title)}</title>
${drawn.join('\n')}
</svg>
`
}

function drawChart({ title, series }: Chart, x: string): string {
  const points = series.flatMap((each) => each.points)
  const across = scale(
    points.map((point) => point.x),
    INSET.left,
    WIDTH - INSET.right,
  )
  const up = scale(
    points.map((point) => point.y),
    HEIGHT - INSET.bottom,
    INSET.top,
  )
  const bottom = HEIGHT - INSET.bottom
  const ticks = [
    ...across.powers.map((value) =>
      text(across.at(value), bottom + 16, 'middle', value.toLocaleString('en')),
    ),
    ...up.powers.map((value) => {
      const y = up.at(value)
      return `<path d="M${INSET.left} ${y}H${WIDTH - INSET.right}" stroke="${INK}" stroke-opacity="0.3"/>\n${text(INSET.left - 6, y + 4, 'end', value.toLocaleString('en'))}`
    }),
  ]
  return [
    text(INSET.left, 18, 'start', title, 'font-weight="600"'),
    ...ticks,
    text((WIDTH + INSET.left - INSET.right) / 2, HEIGHT - 8, 'middle', x),
    ...series.map((each, i) =>
      text(INSET.left + i * 160, 33, 'start', each.name, `fill="${colorOf(i)}"`),
    ),
    ...series.map((each, i) => {
      // Labelled on the side where the others are not.
      const others = series.filter((other) => other !== each)
      const isAbove = each.points.map(({ y }, at) =>
        others.every((other) => y >= (other.points[at]?.y ?? 0)),
      )
      return drawSeries(each, colorOf(i), isAbove, across, up)
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
  across: Scale,
  up: Scale,
): string {
  const line = points.map(({ x, y }) => `${across.at(x)} ${up.at(y)}`).join('L')
  return [
    `<path d="M${line}" fill="none" stroke="${color}" stroke-width="2"/>`,
    ...points.flatMap((point, i) => {
      const x = across.at(point.x)
      const y = up.at(point.y)
      const labelled = round(y + (isAbove[i] ? -8 : 17))
      return [
        `<circle cx="${x}" cy="${y}" r="3" fill="${color}"/>`,
        text(x, labelled, 'middle', label(point.y), `fill="${color}"`),
      ]
    }),
  ].join('\n')
}

/** How far a value may stand beyond the last line, in powers of ten: 100,240 needs no axis to a million. */
const SLACK = 0.05

interface Scale {
  /** Where a value is drawn. */
  readonly at: (value: number) => number
  /** The powers of ten from about the smallest value to about the largest. */
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

function text(x: number, y: number, anchor: string, content: string, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${more && ` ${more}`}>${escape(content)}</text>`
}

/** Two digits where they say enough. */
function label(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
