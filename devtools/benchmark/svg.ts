/** The colour of text and lines. It has a contrast of at least 4:1 on white and on GitHub's dark background. */
export const INK = '#737a83'

/** A text, which stays text, so that it can be searched. */
export function text(x: number, y: number, anchor: string, content: string, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${more && ` ${more}`}>${escape(content)}</text>`
}

/** The whole of an SVG. */
export function svg(width: number, height: number, title: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">
<title>${escape(title)}</title>
${content}
</svg>
`
}

/** A coordinate. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
