import { html, nothing, type TemplateResult } from 'lit'
import { titleOf } from './document-table.ts'
import { entered } from './filters.ts'
import { placeUrl } from './place-view.ts'
import type { OpenDocument, QuoteFinder } from './quote-finder.ts'
import type { DocumentEntry, Place } from './shapes.ts'

export interface QuoteFinderView {
  readonly finder: QuoteFinder
  readonly isBusy: boolean
  readonly isChosen: (place: Place) => boolean
  readonly onChoose: (place: Place, isChosen: boolean) => void
  readonly onAsk: () => void
  readonly onFindDocuments: (search: string) => void
  readonly onOpen: (documentId: string) => void
  readonly onSearch: (words: string) => void
}

/** The two ways to find quotes: asking, and looking through a document. */
export function quoteFinderView(view: QuoteFinderView): TemplateResult {
  const { finder, isBusy, onAsk, onFindDocuments } = view
  const { found, documents, open } = finder
  return html`<div class="panel">
      <h3>Ask the documents</h3>
      <button type="button" class="quiet" ?disabled=${isBusy} @click=${onAsk}>
        Find quotes for the question
      </button>
      ${
        found === null || found.length === 0
          ? nothing
          : html`<fieldset>
              <legend>Quotes that were found</legend>
              ${found.map((place) => choiceView(place, view, true))}
            </fieldset>`
      }
    </div>
    <div class="panel">
      <h3>Look in a document</h3>
      ${searchForm('Title or file name', 'Find documents', isBusy, onFindDocuments)}
      ${open === null ? documentList(documents, view) : openView(open, view)}
    </div>`
}

function documentList(
  documents: readonly DocumentEntry[] | null,
  { onOpen }: QuoteFinderView,
): TemplateResult | typeof nothing {
  if (documents === null) return nothing
  if (documents.length === 0) return html`<p>No document matches.</p>`
  return html`<ul class="choices">
    ${documents.map((document) => {
      const { documentId } = document
      return documentId === null
        ? nothing
        : html`<li>
            <button type="button" class="quiet" @click=${() => onOpen(documentId)}>
              <bdi>${titleOf(document)}</bdi> <bdi class="fact">${document.file}</bdi>
            </button>
          </li>`
    })}
  </ul>`
}

function openView({ document, paragraphs, isCut }: OpenDocument, view: QuoteFinderView) {
  const { id, title, text } = document
  return html`<h4 id="open-document" tabindex="-1"><bdi>${title}</bdi></h4>
    ${searchForm('Words in it', 'Search in it', view.isBusy, view.onSearch)}
    ${
      paragraphs.length === 0
        ? html`<p>No paragraph has all these words.</p>`
        : paragraphs.map(
            (sentences, index) =>
              html`<fieldset>
                <legend class="visually-hidden">Paragraph ${index + 1}</legend>
                ${sentences.map(({ start, end }) =>
                  choiceView(
                    { documentId: id, title, start, end, text: text.slice(start, end) },
                    view,
                    false,
                  ),
                )}
              </fieldset>`,
          )
    }
    ${
      isCut
        ? html`<p class="hint">These are the first. Search for more words to find others.</p>`
        : nothing
    }`
}

function choiceView(
  place: Place,
  { isChosen, onChoose }: QuoteFinderView,
  hasTitle: boolean,
): TemplateResult {
  return html`<div class="choice">
    <label
      ><input
        type="checkbox"
        .checked=${isChosen(place)}
        @change=${({ currentTarget }: Event) =>
          onChoose(place, currentTarget instanceof HTMLInputElement && currentTarget.checked)}
      />
      <span dir="auto">${place.text}</span></label
    >
    ${
      hasTitle
        ? html`<a class="fact" href=${placeUrl(place)} target="_blank" rel="noopener"
            ><bdi>${place.title}</bdi><span class="visually-hidden"> (opens a new tab)</span></a
          >`
        : nothing
    }
  </div>`
}

function searchForm(
  label: string,
  action: string,
  isBusy: boolean,
  onSearch: (search: string) => void,
): TemplateResult {
  return html`<form
    class="filters"
    @submit=${(event: SubmitEvent) => {
      event.preventDefault()
      if (!(event.currentTarget instanceof HTMLFormElement)) return
      onSearch(entered(new FormData(event.currentTarget), 'search'))
    }}
  >
    <label class="field grows"
      >${label} <input type="search" name="search" autocomplete="off"
    /></label>
    <button class="quiet" ?disabled=${isBusy}>${action}</button>
  </form>`
}
