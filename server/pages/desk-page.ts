import { html } from 'hono/html'
import { type Html, page } from './page.ts'

/** The pages of the desk, in the order of its navigation, each with the element that fills it. */
export const DESK_PAGES = [
  { path: '/desk', name: 'Documents', element: html`<desk-documents></desk-documents>` },
  { path: '/desk/questions', name: 'Questions', element: html`<desk-questions></desk-questions>` },
  { path: '/desk/vouched', name: 'Vouched answers', element: html`<desk-vouched></desk-vouched>` },
  { path: '/desk/words', name: 'Words', element: html`<desk-words></desk-words>` },
  { path: '/desk/check', name: 'Check', element: html`<desk-check></desk-check>` },
  { path: '/desk/log', name: 'Log', element: html`<desk-log></desk-log>` },
] as const

export type DeskPage = (typeof DESK_PAGES)[number]

/** Makes a page of the desk. `userName` is the name of who is signed in; null where their key has none. */
export function deskPage(current: DeskPage, userName: string | null): Html {
  return page(
    `${current.name} – Footnote`,
    html`<div class="desk">
      <header class="desk-header">
        <a class="desk-home" href="/">Footnote</a>
        <nav aria-label="Desk">
          <ul>
            ${DESK_PAGES.map((entry) => navigationItem(entry, entry === current))}
          </ul>
        </nav>
        <form class="desk-user" method="post" action="/sign-out">
          ${userName !== null && html`<span>Signed in as <bdi>${userName}</bdi></span>`}
          <button class="quiet">Sign out</button>
        </form>
      </header>
      <h1>${current.name}</h1>
      <noscript><p class="notice">This page needs JavaScript.</p></noscript>
      ${current.element}
    </div>`,
    { styles: ['/assets/desk.css'], scripts: ['/desk.js'] },
  )
}

function navigationItem({ path, name }: DeskPage, isCurrent: boolean): Html {
  return html`<li>
    <a href="${path}" ${isCurrent ? html`aria-current="page"` : ''}>${name}</a>
  </li>`
}
