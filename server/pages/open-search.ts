import { html } from 'hono/html'
import type { Html } from './page.ts'

/**
 * Makes the OpenSearch 1.1 description by which browsers add this server to their search engines. A search opens the start
 * page with the question. `address` is the URL that people reach this server by, with a `/` at its end.
 */
export function openSearchDescription(address: string): Html {
  return html`<?xml version="1.0" encoding="UTF-8"?>
    <OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
      <ShortName>Footnote</ShortName>
      <Description>Answers in quotations from the documents, each with a citation.</Description>
      <InputEncoding>UTF-8</InputEncoding>
      <Url type="text/html" template="${address}?question={searchTerms}" />
      <Url
        type="application/opensearchdescription+xml"
        rel="self"
        template="${address}opensearch.xml"
      />
    </OpenSearchDescription> `
}
