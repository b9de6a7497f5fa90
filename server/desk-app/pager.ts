import { html, nothing, type TemplateResult } from 'lit'

export interface PagerView {
  /** 1-based. */
  readonly page: number
  readonly pages: number
  readonly onPage: (page: number) => void
}

/** Buttons to the pages before and after; nothing where there is one page. */
export function pagerView({ page, pages, onPage }: PagerView): TemplateResult | typeof nothing {
  if (pages <= 1) return nothing
  return html`<nav class="pager" aria-label="Pages">
    <button type="button" class="quiet" ?disabled=${page <= 1} @click=${() => onPage(page - 1)}>
      Previous
    </button>
    <span>Page ${page} of ${pages}</span>
    <button type="button" class="quiet" ?disabled=${page >= pages} @click=${() => onPage(page + 1)}>
      Next
    </button>
  </nav>`
}
