import { html } from 'hono/html'

/** HTML in which all inserted text is escaped. */
export type Html = ReturnType<typeof html>

/** Makes a whole page. `scripts` are paths on this server, and `links` more elements of its head. */
export function page(
  title: string,
  body: Html,
  scripts: readonly string[] = [],
  links: Html | '' = '',
): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/page.css" />
        ${links} ${scripts.map((address) => html`<script src="${address}" defer></script>`)}
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
