/** A number with its unit, as it is kept. */
export interface KeptFigure {
  readonly value: number
  /** Such as "ms" or "/s"; empty for counts and ratios. */
  readonly unit: string
}

/** A number with its unit. Its text is what people read of it, rounded. */
export interface Figure extends KeptFigure {
  readonly toString: () => string
}

/** What a cell of a table says: its text, and the figures in it. The first one is compared with earlier runs. */
export interface Value {
  readonly text: string
  readonly figures: readonly KeptFigure[]
}

/** Figures in kept files have this many digits: more than any measurement is exact to, and enough for every count. */
const KEPT_DIGITS = 8

/**
 * A value from a template: `` shown`${decimal(ratio)} (${ms(one)} / ${ms(other)})` ``. Figures and bare numbers in it are
 * kept as numbers, text is kept as text.
 */
export function shown(
  texts: TemplateStringsArray,
  ...parts: readonly (Figure | number | string)[]
): Value {
  const figures = parts.flatMap((part) => {
    if (typeof part === 'string') return []
    return typeof part === 'number' ? [{ value: part, unit: '' }] : [part]
  })
  return { text: String.raw({ raw: texts }, ...parts), figures: keptFigures(figures) }
}

/** A value of several figures. */
export function listed(figures: readonly Figure[]): Value {
  return { text: figures.join(', '), figures: keptFigures(figures) }
}

function keptFigures(figures: readonly KeptFigure[]): KeptFigure[] {
  // JSON has no NaN: where nothing was counted, there is only the text.
  const finite = figures.filter(({ value }) => Number.isFinite(value))
  return Array.from(finite, ({ value, unit }) => {
    return { value: Number(value.toPrecision(KEPT_DIGITS)), unit }
  })
}

/** A value of a text without figures, of one figure, or as it is. */
export function valueOf(cell: string | Figure | Value): Value {
  if (typeof cell === 'string') return { text: cell, figures: [] }
  return 'figures' in cell ? cell : shown`${cell}`
}

/** A number without a unit: a ratio, or a share of 1. */
export function decimal(value: number, digits = 3): Figure {
  return figure(value, '', value.toFixed(digits))
}

/** A whole number with separators: 100,120. */
export function count(value: number): Figure {
  return figure(value, '', Math.round(value).toLocaleString('en'))
}

/** A duration in ms. */
export function ms(value: number): Figure {
  return figure(value, 'ms', `${value.toFixed(value < 100 ? 1 : 0)} ms`)
}

/** A duration, given in ms, in seconds. */
export function seconds(durationMs: number, digits = 1): Figure {
  const value = durationMs / 1000
  return figure(value, 's', `${value.toFixed(digits)} s`)
}

/** How often something happens in a second. */
export function perSecond(value: number): Figure {
  return figure(value, '/s', `${value.toFixed(value < 100 ? 2 : 0)}/s`)
}

/** A share, given in percent. */
export function percent(value: number): Figure {
  return figure(value, '%', `${value.toFixed(1)} %`)
}

/** A number of bytes in MiB. */
export function mebibytes(bytes: number): Figure {
  const value = bytes / 2 ** 20
  return figure(value, 'MiB', `${value.toFixed(0)} MiB`)
}

/** A number of bytes in MB. */
export function megabytes(bytes: number): Figure {
  const value = bytes / 1e6
  return figure(value, 'MB', `${value.toFixed(0)} MB`)
}

/** A figure with a text of its own, such as one without the unit where the label of the row has it. */
export function figure(value: number, unit: string, text: string): Figure {
  return { value, unit, toString: () => text }
}
