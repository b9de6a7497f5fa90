import { html, nothing, type TemplateResult } from 'lit'
import { shownThreshold } from './check-threshold-view.ts'
import { quoteView } from './place-view.ts'
import type { CheckChange, CheckResult, CheckRun, ComparedRun } from './shapes.ts'
import { counted, time } from './shown.ts'

/** A run: what came, what changed, and every result. */
export function runView({ run, results, changes }: ComparedRun): TemplateResult {
  return html`<p class="facts">
      <span>Asked by <bdi>${run.by}</bdi></span> <span>${time(run.endedAt)}</span>
      <span>threshold ${shownThreshold(run.threshold)}</span>
    </p>
    ${sumsView(run)} ${changesView(changes)}
    <details>
      <summary>${counted(results.length, 'result')}</summary>
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Result</th>
            <th scope="col">Confidence</th>
          </tr>
        </thead>
        <tbody>
          ${results.map(
            (result) =>
              html`<tr>
                <th scope="row" dir="auto">${result.question}</th>
                <td data-label="Result">${outcomeView(result)}</td>
                <td data-label="Confidence">${result.confidence.toFixed(2)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>`
}

/** What a run came to, in a few words. */
export function sumsInWords({ sums }: CheckRun): string {
  const good = sums.right + sums.rightlyRefused
  return `${good} of ${counted(sums.answerable + sums.unanswerable, 'question')} right`
}

function sumsView({ sums }: CheckRun): TemplateResult {
  const { answerable, unanswerable } = sums
  const rows: readonly (readonly [string, number, number])[] = [
    ['Right', sums.right, answerable],
    ['Right by the first quote', sums.rightFirst, answerable],
    ['Wrong quotes', sums.wrong, answerable],
    ['Refused, although the documents answer', sums.refused, answerable],
    ['Rightly refused', sums.rightlyRefused, unanswerable],
    ['Answered, although the documents do not', sums.wronglyAnswered, unanswerable],
    ['Failed', sums.failed, sums.failed],
  ]
  return html`<table>
    <caption class="visually-hidden">
      What came
    </caption>
    <tbody>
      ${rows.map(([name, count, of]) =>
        of === 0
          ? nothing
          : html`<tr>
              <th scope="row">${name}</th>
              <td>${count} of ${of} (${Math.round((100 * count) / of)} %)</td>
            </tr>`,
      )}
    </tbody>
  </table>`
}

const HEADINGS: readonly (readonly [CheckChange['change'], string])[] = [
  ['worse', 'Got worse'],
  ['better', 'Got better'],
  ['other-quote', 'Have another first quote'],
]

function changesView(changes: readonly CheckChange[]): TemplateResult {
  const news = changes.filter(({ change }) => change === 'new').length
  return html`<h3>Since the last run</h3>
    ${
      changes.length === news
        ? html`<p>Nothing changed in the questions that were asked before.</p>`
        : nothing
    }
    ${
      news === 0
        ? nothing
        : html`<p class="fact">
            ${counted(news, 'question was', 'questions were')} not asked before.
          </p>`
    }
    ${HEADINGS.map(([kind, heading]) => {
      const changed = changes.filter(({ change }) => change === kind)
      return changed.length === 0
        ? nothing
        : html`<h4>${heading} (${changed.length})</h4>
            <ul class="entries">
              ${changed.map((each) => changeView(each))}
            </ul>`
    })}`
}

function changeView({ result, before }: CheckChange): TemplateResult {
  return html`<li>
    <p><strong dir="auto">${result.question}</strong></p>
    <p>${before === null ? nothing : html`${outcomeView(before)} → `}${outcomeView(result)}</p>
    ${result.first === null ? nothing : quoteView(result.first)}
  </li>`
}

const OUTCOMES: Readonly<Record<CheckResult['outcome'], readonly [words: string, state: string]>> =
  {
    right: ['Right', 'good'],
    wrong: ['Wrong quotes', 'bad'],
    refused: ['Refused', 'bad'],
    'rightly-refused': ['Rightly refused', 'good'],
    'wrongly-answered': ['Answered, although the documents do not', 'bad'],
    failed: ['Failed', 'bad'],
  }

function outcomeView({ outcome, rank, lostQuotes }: CheckResult): TemplateResult {
  const [words, state] = OUTCOMES[outcome]
  const place = outcome === 'right' && rank !== null && rank > 1 ? `, by quote ${rank}` : ''
  return html`<span class="state ${state}">${words}${place}</span>${
      lostQuotes > 0
        ? html` <span class="fact">An expected quote is no longer in the documents.</span>`
        : nothing
    }`
}
