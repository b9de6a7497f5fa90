import { html } from 'hono/html'
import type { DocumentProblem } from '../../index/documents/source-files.ts'
import type { DocumentSummary } from '../../index/storage/storage.ts'
import type { DocumentList } from './document-list.ts'
import { type Html, page } from './page.ts'

export interface StartPage {
  /** The URL that people reach this server by, with a `/` at its end. */
  readonly address: string
  readonly documents: DocumentList
  /** Whether the person may ask. Browsers then may offer this server as a search engine. */
  readonly mayAsk: boolean
  /** The question in the address of the page; null if there is none. */
  readonly question: AddressedQuestion | null
}

/** A question in the address of the page. */
export interface AddressedQuestion {
  readonly text: string
  /** Whether the page asks it at once; otherwise it stands in the field, for the person to send. */
  readonly isAskedAtOnce: boolean
}

const ASK_SCRIPT = '/assets/ask.js'

/** Makes the page at `/`: the widget, the documents, and the line that adds the widget to other pages. */
export function startPage({ address, documents, mayAsk, question }: StartPage): Html {
  const draft = question?.isAskedAtOnce === false ? question.text : null
  return page(
    'Footnote',
    html`<header>
        <h1>Footnote</h1>
        <p class="byline">
          Answers in quotations, each with a citation that opens the document at that place.
        </p>
      </header>
      <section aria-label="Ask">
        ${mayAsk ? chat(draft) : html`<p>To ask, <a href="/sign-in?next=/">sign in with a key</a>.</p>`}
      </section>
      <section aria-labelledby="documents">
        <h2 id="documents">Documents</h2>
        ${listOf(documents)}
      </section>
      <section aria-labelledby="verify">
        <h2 id="verify">Verify a draft</h2>
        <p>
          <a href="/verify">Paste a text that quotes from the documents</a>, and see which of its
          sentences and quotations stand there word for word.
        </p>
      </section>
      <section aria-labelledby="elsewhere">
        <h2 id="elsewhere">On your own page</h2>
        <p>This line adds a button that opens the chat:</p>
        <pre
          tabindex="0"
        ><code>&lt;script src="${address}widget.js" defer&gt;&lt;/script&gt;</code></pre>
        <p>
          A page of another address must be named in <code>ALLOWED_ORIGINS</code> of this server.
          The file docs/widget.md describes the widget. You can also
          <a href="/docs">try the API</a>.
        </p>
      </section>`,
    {
      scripts: mayAsk ? scriptsFor(question) : [],
      links: headLinks(mayAsk),
    },
  )
}

function chat(draft: string | null): Html {
  return html`<footnote-chat
    mode="inline"
    ${draft === null ? '' : html`question="${draft}"`}
  ></footnote-chat>`
}

function scriptsFor(question: AddressedQuestion | null): string[] {
  return question?.isAskedAtOnce ? ['/widget.js', ASK_SCRIPT] : ['/widget.js']
}

/** Links for programs. IANA has registered their relations. */
function headLinks(mayAsk: boolean): Html {
  const search = html`<link
    rel="search"
    type="application/opensearchdescription+xml"
    title="Footnote"
    href="/opensearch.xml"
  />`
  return html`${mayAsk ? search : ''}
    <link rel="describedby" type="text/plain" title="For programs" href="/llms.txt" />
    <link rel="api-catalog" type="application/linkset+json" href="/.well-known/api-catalog" />
    <link rel="service-desc" type="application/json" href="/openapi.json" />
    <link rel="service-doc" type="text/html" href="/docs" />`
}

function listOf(documents: DocumentList): Html {
  if ('hidden' in documents) return html`<p>${documents.hidden}</p>`
  return html`${listOfDocuments(documents.listed)}${listOfProblems(documents.problems)}`
}

function listOfDocuments(documents: readonly DocumentSummary[]): Html {
  if (documents.length === 0) return html`<p>There are none.</p>`
  return html`<ul class="documents">
    ${documents.map(
      ({ id, title, author, date, paragraphs }) =>
        html`<li>
          <a href="/documents/${id}"><bdi>${title}</bdi></a>
          <span class="byline">
            ${[author, date].map((fact) => fact !== null && html`<bdi>${fact}</bdi>`)}
            <span>${paragraphs} ${paragraphs === 1 ? 'paragraph' : 'paragraphs'}</span>
          </span>
        </li>`,
    )}
  </ul>`
}

function listOfProblems(problems: readonly DocumentProblem[]): Html | '' {
  if (problems.length === 0) return ''
  return html`<h3>Not read</h3>
    <p>Answers come from these as they were before, if they were there:</p>
    <ul class="problems">
      ${problems.map(({ name, reason }) => html`<li><bdi>${name}</bdi> ${reason}</li>`)}
    </ul>`
}
