import { html } from 'hono/html'
import { type Html, page } from './page.ts'

export interface SignInPage {
  /** Why the last try failed; null if there was none. */
  readonly problem: string | null
  /** Where to go after signing in: a path on this server. */
  readonly next: string
}

/** Makes the page at `/sign-in`. It posts `key` and `next` to `/sign-in`. */
export function signInPage({ problem, next }: SignInPage): Html {
  return page(
    'Sign in – Footnote',
    html`<div class="desk sign-in">
      <h1>Sign in</h1>
      <p class="lead">This page needs a key that opens it.</p>
      ${problem !== null && html`<p class="notice problem" id="problem" role="alert">${problem}</p>`}
      <form class="stacked" method="post" action="/sign-in">
        <input type="hidden" name="next" value="${next}" />
        <div class="field">
          <label for="key">Key</label>
          <input
            type="password"
            id="key"
            name="key"
            required
            autofocus
            autocomplete="current-password"
            aria-describedby="${problem === null ? 'hint' : 'problem hint'}"
            ${problem === null ? '' : html`aria-invalid="true"`}
          />
          <p class="hint" id="hint">The operator of this server gives out keys.</p>
        </div>
        <button>Sign in</button>
      </form>
      <footer><a href="/">All documents</a></footer>
    </div>`,
    { styles: ['/assets/desk.css'] },
  )
}
