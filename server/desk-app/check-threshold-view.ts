import { html, nothing, type TemplateResult } from 'lit'
import type { ThresholdOutcome } from '../check/refit.ts'
import type { ThresholdInfo } from './shapes.ts'
import { counted, time } from './shown.ts'

export interface ThresholdView {
  readonly info: ThresholdInfo
  readonly isBusy: boolean
  /** Called with how many wrong answers a refusal costs as much as. */
  readonly onRefusalCost: (refusalCost: number) => void
  readonly onChoose: (threshold: number) => void
  readonly onReset: () => void
}

type Refit = NonNullable<ThresholdInfo['refit']>

/** The threshold in use, and what others would do. */
export function thresholdView(view: ThresholdView): TemplateResult {
  const { info, isBusy, onReset } = view
  const { refit, from, mayChange } = info
  return html`<p>
      Answers need a confidence of <strong>${shownThreshold(info.value)}</strong>${originOf(info)}.
    </p>
    ${
      from === 'settings'
        ? html`<p class="hint">
            The setting MIN_CONFIDENCE of this server has it. It can be chosen here once it is
            removed there.
          </p>`
        : mayChange
          ? nothing
          : html`<p class="hint">
              It counts for the answers of everybody, so only somebody whose key is not limited to
              collections can change it.
            </p>`
    }
    ${refit === null ? html`<p>Ask your questions once to see what other thresholds would do.</p>` : refitView(refit, view)}
    ${
      from === 'desk' && mayChange
        ? html`<p>
            <button type="button" class="quiet" ?disabled=${isBusy} @click=${onReset}>
              Back to the default
            </button>
          </p>`
        : nothing
    }`
}

function originOf({ from, by, at }: ThresholdInfo): TemplateResult | string {
  if (from === 'settings') return ', by the settings'
  if (from === 'default') return ', the default'
  return html`, chosen by <bdi>${by}</bdi>${at === null ? '' : ` on ${time(at)}`}`
}

function refitView(refit: Refit, view: ThresholdView): TemplateResult {
  const { info } = view
  const { outcomes, inUse, proposed } = refit
  return html`<label class="field cost"
      >A refusal costs as much as how many wrong answers?
      <input
        type="number"
        min="0.1"
        max="100"
        step="0.1"
        .value=${String(info.refusalCost)}
        @change=${({ currentTarget }: Event) => {
          if (!(currentTarget instanceof HTMLInputElement) || !currentTarget.reportValidity())
            return
          view.onRefusalCost(currentTarget.valueAsNumber)
        }}
      />
    </label>
    <p class="hint">
      A wrong quote costs a look. A refusal costs reading the documents. 5.5 is what the default
      stands for.
    </p>
    ${proposalView(refit, view)}
    <table class="cards thresholds">
      <caption>
        What thresholds would do on the ${counted(refit.questions, 'question')} of the last run
      </caption>
      <thead>
        <tr>
          <th scope="col">Threshold</th>
          <th scope="col">Right answers</th>
          <th scope="col">Wrong answers</th>
          <th scope="col">Refused, although the documents answer</th>
          <th scope="col">Cost</th>
        </tr>
      </thead>
      <tbody>
        ${outcomes.map((outcome) => outcomeRow(outcome, inUse, proposed))}
      </tbody>
    </table>
    <p class="hint">
      The cost is in wrong answers: each of them, and ${info.refusalCost} for each refusal that
      keeps a right quote back.
    </p>`
}

function outcomeRow(
  { threshold, right, wrong, refused, cost }: ThresholdOutcome,
  inUse: ThresholdOutcome,
  proposed: ThresholdOutcome,
): TemplateResult {
  const marks = [
    ...(threshold === inUse.threshold ? ['in use'] : []),
    ...(threshold === proposed.threshold ? ['costs least'] : []),
  ]
  return html`<tr>
    <th scope="row">
      ${shownThreshold(threshold)}
      ${marks.length === 0 ? nothing : html`<span class="fact">${marks.join(', ')}</span>`}
    </th>
    <td data-label="Right answers">${right}</td>
    <td data-label="Wrong answers">${wrong}</td>
    <td data-label="Refused, although the documents answer">${refused}</td>
    <td data-label="Cost">${shownCost(cost)}</td>
  </tr>`
}

function proposalView(refit: Refit, { info, isBusy, onChoose }: ThresholdView): TemplateResult {
  const { inUse, proposed, leftOutCost, areFew, questions } = refit
  const few = areFew
    ? html`<p class="notice">
        ${counted(questions, 'question is', 'questions are')} too few to say much: with 30 or more,
        chance decides less.
      </p>`
    : nothing
  if (proposed.threshold === inUse.threshold) {
    return html`${few}
      <p>No other threshold costs less on these questions.</p>`
  }
  const holds = leftOutCost < inUse.cost
  return html`${few}
    <p>
      ${shownThreshold(proposed.threshold)} would cost ${shownCost(proposed.cost)} instead of
      ${shownCost(inUse.cost)} on these questions:
      ${difference(proposed.right - inUse.right, 'right answer')},
      ${difference(proposed.wrong - inUse.wrong, 'wrong answer')}.
      ${
        holds
          ? html`On questions that it is not fitted to, expect ${shownCost(leftOutCost)}.`
          : html`<strong
              >It fits chance: on questions that it is not fitted to, expect
              ${shownCost(leftOutCost)}, which is no less than now.</strong
            >`
      }
    </p>
    ${
      info.mayChange
        ? html`<p>
            <button type="button" ?disabled=${isBusy} @click=${() => onChoose(proposed.threshold)}>
              Use ${shownThreshold(proposed.threshold)}
            </button>
          </p>`
        : nothing
    }`
}

/** "2 right answers more", "1 wrong answer fewer". */
function difference(count: number, noun: string): string {
  if (count === 0) return `as many ${noun}s`
  return `${counted(Math.abs(count), noun)} ${count > 0 ? 'more' : 'fewer'}`
}

/** A threshold with at most four digits after the point. */
export function shownThreshold(threshold: number): string {
  return String(Number(threshold.toFixed(4)))
}

function shownCost(cost: number): string {
  return String(Number(cost.toFixed(1)))
}
