import { html } from 'hono/html'

/** HTML in which all inserted text is escaped. */
export type Html = ReturnType<typeof html>

/** What a page loads besides what all pages load, as paths on this server. */
interface PageAssets {
  readonly scripts?: readonly string[]
  readonly styles?: readonly string[]
  /** More elements for its head. */
  readonly links?: Html
}

/** Makes a whole page. */
export function page(
  title: string,
  body: Html,
  { scripts = [], styles = [], links = html`` }: PageAssets = {},
): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/page.css" />
        ${links} ${styles.map((address) => html`<link rel="stylesheet" href="${address}" />`)}
        ${scripts.map((address) => html`<script src="${address}" defer></script>`)}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`
}

/** Makes a page with only a message, such as that a document does not exist. */
export function messagePage(title: string, message: string): Html {
  return page(
    title,
    html`<h1>${title}</h1>
      <p>${message}</p>
      <p><a href="/">All documents</a></p>`,
  )
}

/** Words only for screen readers. */
export function spoken(words: string): Html {
  return html`<span class="visually-hidden">${words}</span>`
}
