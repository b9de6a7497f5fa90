import { html } from 'hono/html'
import { VERDICTS } from '../../presentation/verdicts.ts'
import type { Span } from '../../index/span.ts'
import { type Judged, type Mark, type MarkedSentence, marksOf } from './draft-marks.ts'
import { type Html, spoken } from './page.ts'
import { noteOf } from './verification-note.ts'

interface Paragraph extends Span {
  readonly sentences: readonly MarkedSentence[]
}

const QUOTATION_MARK = /^["'“”„«»‹›‘’‚「」『』]$/
const BLANK_LINES = /\n\s*\n/g

/** The paragraphs of a draft with their marks, each with its notes beside it. */
export function markedDraft(text: string, sentences: readonly MarkedSentence[]): Html[] {
  return paragraphsOf(text, sentences).map((paragraph) => {
    const notes = paragraph.sentences.flatMap(marksOf)
    return html`<div class="part">
      <p dir="auto">${paragraphText(text, paragraph)}</p>
      ${
        notes.length > 0 &&
        html`<ul class="notes">
          ${notes.map((mark) => {
            const { verdict } = mark.judged
            return html`<li id="note-${mark.number}" class="${verdict}">${noteOf(mark)}</li>`
          })}
        </ul>`
      }
    </div>`
  })
}

/** The paragraphs of a draft, each with at least one sentence. What comes before that, such as a bullet, belongs to it. */
function paragraphsOf(text: string, sentences: readonly MarkedSentence[]): Paragraph[] {
  const paragraphs: { start: number; sentences: MarkedSentence[] }[] = []
  let last = 0
  for (const marked of sentences) {
    const gap = text.slice(last, marked.sentence.start)
    const [blank] = [...gap.matchAll(BLANK_LINES)].slice(-1)
    const current = paragraphs.at(-1)
    if (current && !blank) current.sentences.push(marked)
    else {
      const start = current && blank ? last + blank.index + blank[0].length : 0
      paragraphs.push({ start, sentences: [marked] })
    }
    last = marked.sentence.end
  }
  return paragraphs.map((paragraph, i) => {
    return Object.assign(paragraph, { end: paragraphs[i + 1]?.start ?? text.length })
  })
}

/** The text of a paragraph: its sentences with their marks, and what is between them. */
function paragraphText(text: string, { start, end, sentences }: Paragraph): Html[] {
  const ends = [start, ...sentences.map(({ sentence }) => sentence.end)]
  const inside = sentences.map((marked, i) => {
    const before = text.slice(ends[i] ?? start, marked.sentence.start)
    return html`${withBreaks(i === 0 ? before.trimStart() : before)}${sentenceText(text, marked)}`
  })
  return [...inside, withBreaks(text.slice(ends.at(-1) ?? start, end).trimEnd())]
}

function sentenceText(text: string, { sentence, own, quotations }: MarkedSentence): Html {
  const differences = own ? sentence.differences : []
  const parts: Html[] = []
  let from = sentence.start
  for (const mark of quotations) {
    const { start, end } = withQuotationMarks(text, mark.judged, sentence)
    parts.push(withDifferences(text, { start: from, end: start }, differences))
    const quoted = withDifferences(text, { start, end }, mark.judged.differences)
    parts.push(html`${markedText(mark, quoted)}${signOf(mark)}`)
    from = end
  }
  parts.push(withDifferences(text, { start: from, end: sentence.end }, differences))
  if (own) return html`${markedText(own, parts)}${signOf(own)}`
  return quotations.length > 0 ? html`${parts}` : notFoundText(parts)
}

/** A sentence in the writer's own words: its sign tells it apart, but does not call for attention. */
function notFoundText(parts: Html[]): Html {
  const { sign, words } = VERDICTS['not-found']
  return html`${parts}<span class="sign"
      ><span aria-hidden="true">${sign}</span>${spoken(` (${words})`)}</span
    >`
}

function markedText({ number, kind, judged }: Mark, inside: Html | Html[]): Html {
  return html`<mark id="mark-${number}" class="${kind} ${judged.verdict}">${inside}</mark>`
}

/** The sign after a mark: its verdict and the number of its note, with a link to that. */
function signOf({ number, kind, judged, isWrong: isLoud }: Mark): Html {
  const { sign, words } = VERDICTS[judged.verdict]
  const shown = isLoud ? html`${sign} ${number} ${words}` : html`${sign} ${number}`
  return html`<a class="sign ${judged.verdict}" href="#note-${number}"
    ><span aria-hidden="true">${shown}</span>${spoken(`(${kind} ${words}: note ${number})`)}</a
  >`
}

function withQuotationMarks(text: string, { start, end }: Span, within: Span): Span {
  const isMark = (at: number) => QUOTATION_MARK.test(text.charAt(at))
  return {
    start: start > within.start && isMark(start - 1) ? start - 1 : start,
    end: end < within.end && isMark(end) ? end + 1 : end,
  }
}

/** The text of a span. The words that its source does not have are set off. */
function withDifferences(
  text: string,
  { start, end }: Span,
  differences: Judged['differences'],
): Html {
  const parts: Html[] = []
  let from = start
  for (const { draft } of differences) {
    // A difference may go on in a quotation, or come out of one.
    const first = Math.max(from, draft?.start ?? end)
    const last = Math.min(end, draft?.end ?? start)
    if (first >= last) continue
    const words = withBreaks(text.slice(first, last))
    parts.push(withBreaks(text.slice(from, first)))
    parts.push(html`<del>${spoken('[the source has not: ')}${words}${spoken(']')}</del>`)
    from = last
  }
  return html`${parts}${withBreaks(text.slice(from, end))}`
}

function withBreaks(text: string): Html {
  const [first = '', ...others] = text.split('\n')
  return html`${first}${others.map((line) => html`<br />${line}`)}`
}
