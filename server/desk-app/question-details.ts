import { html, nothing, type TemplateResult } from 'lit'
import { placeUrl, quoteView } from './place-view.ts'
import { counted } from './shown.ts'
import type { KeptQuestion, QuestionDetails } from './shapes.ts'

/** What was quoted for a question the last time, or what was near. */
export function foundView({ found, answered, confidence }: KeptQuestion): TemplateResult {
  if (found.length === 0) return html`<p class="fact">Nothing was near.</p>`
  const sure = `confidence ${confidence.toFixed(2)}`
  return html`<h4>${answered ? `What was quoted (${sure})` : `What was near (${sure})`}</h4>
    ${found.map((place) => quoteView(place))}`
}

/** Why a question gets the answer that it gets now. */
export function explanationView({ now }: QuestionDetails): TemplateResult {
  const { explanation, confidence, answered } = now
  const found = explanation?.candidates ?? []
  const candidates = found.filter((candidate) => candidate.confidence !== null)
  const others = found.length - candidates.length
  return html`<p class="fact">
      Now: ${answered ? 'answered' : 'not answered'} (confidence ${confidence.toFixed(2)}).
      ${explanation?.summary}
    </p>
    ${
      candidates.length === 0
        ? nothing
        : html`<table class="cards">
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
                      <a href=${placeUrl(candidate)}><bdi>${candidate.documentId}</bdi></a>
                    </td>
                    <td data-label="Confidence">${candidate.confidence?.toFixed(2)}</td>
                    <td data-label="Outcome">${candidate.outcome}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${
      others === 0
        ? nothing
        : html`<p class="hint">
            ${counted(others, 'more sentence was', 'more sentences were')} less near.
          </p>`
    }`
}
