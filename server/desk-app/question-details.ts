import { html, nothing, type TemplateResult } from 'lit'
import { placeUrl, quoteView } from './place-view.ts'
import type { AskedQuestion } from './shapes.ts'
import { time } from './shown.ts'

/** A question that was asked: how it was read, what was near, and why it was answered so. */
export function questionDetails(asked: AskedQuestion): TemplateResult {
  const { question, interpretedAs, at, quotes, answered } = asked
  return html`<div class="asked">
    <p dir="auto">“${question}”</p>
    <p class="facts"><span>${outcomeOf(asked)}</span> <span>${time(at)}</span></p>
    ${
      interpretedAs === question
        ? nothing
        : html`<p class="fact">Read as: <q dir="auto">${interpretedAs}</q></p>`
    }
    ${
      quotes.length === 0
        ? html`<p class="fact">Nothing was near.</p>`
        : html`<h4>${answered ? 'What was quoted' : 'What was near'}</h4>
            ${quotes.map((quote) => quoteView(quote))}`
    }
    ${candidatesView(asked)}
  </div>`
}

function outcomeOf({ answered, confidence, helpful }: AskedQuestion): string {
  const said = helpful === null ? '' : helpful ? ', and this helped' : ', and this did not help'
  const sure = `confidence ${confidence.toFixed(2)}`
  return answered ? `Answered (${sure})${said}` : `Not answered (${sure})${said}`
}

function candidatesView({ candidates }: AskedQuestion): TemplateResult | typeof nothing {
  if (candidates.length === 0) return nothing
  return html`<h4>Why</h4>
    <table class="cards">
      <caption class="visually-hidden">
        The sentences that were compared
      </caption>
      <thead>
        <tr>
          <th scope="col">Sentence</th>
          <th scope="col">Document</th>
          <th scope="col">Confidence</th>
          <th scope="col">What became of it</th>
        </tr>
      </thead>
      <tbody>
        ${candidates.map(
          (candidate) =>
            html`<tr>
              <th scope="row" dir="auto">${candidate.text}</th>
              <td data-label="Document">
                <a href=${placeUrl(candidate)}><bdi>${candidate.title}</bdi></a>
              </td>
              <td data-label="Confidence">${candidate.confidence?.toFixed(2) ?? '–'}</td>
              <td data-label="Outcome">${candidate.outcome}</td>
            </tr>`,
        )}
      </tbody>
    </table>`
}
