import { html, type TemplateResult } from 'lit'

/** A choice of a select: what it sends, and what people read. */
export type Choice = readonly [value: string, words: string]

export interface SelectView {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly choices: readonly Choice[]
}

/** A select with its label. */
export function selectField({ label, name, value, choices }: SelectView): TemplateResult {
  return html`<label class="field"
    >${label}
    <select name=${name}>
      ${choices.map(
        ([choice, words]) =>
          html`<option value=${choice} ?selected=${choice === value}>${words}</option>`,
      )}
    </select></label
  >`
}

/** A field for text to search for. */
export function searchField(label: string, value: string): TemplateResult {
  return html`<label class="field grows"
    >${label} <input type="search" name="search" .value=${value} autocomplete="off"
  /></label>`
}

/** The id of the list of collections that {@link collectionField} offers. */
const COLLECTIONS = 'collections'

/** A field for the name of a collection: one of {@link collectionOptions}, or a new one. */
export function collectionField(label: string, value = ''): TemplateResult {
  return html`<label class="field"
    >${label}
    <input name="collection" list=${COLLECTIONS} .value=${value} autocomplete="off" maxlength="200"
  /></label>`
}

/** The collections that the fields of a page offer. A page has this once. */
export function collectionOptions(collections: readonly string[]): TemplateResult {
  return html`<datalist id=${COLLECTIONS}>
    ${collections.map((collection) => html`<option value=${collection}></option>`)}
  </datalist>`
}

/** A field for a day, in the form 2026-03-04. */
export function dateField(label: string, name: string, value: string): TemplateResult {
  return html`<label class="field"
    >${label} <input type="date" name=${name} .value=${value}
  /></label>`
}
