import type { McpServer } from '@modelcontextprotocol/server'
import { z } from '@hono/zod-openapi'
import { details, offset } from '../answer/answer-schema.ts'
import type { LinkTo } from '../answer/quote-url.ts'
import type { DocumentWithOutline } from '../service.ts'
import { described } from './described-schema.ts'
import { MAX_PART, partOf } from './document-part.ts'
import { runTool, toolFailure } from './failures.ts'
import { fetchId, readFetchId, type Wanted } from './fetch-id.ts'
import { jsonResult } from './json-result.ts'
import type { McpParts } from './mcp-parts.ts'
import { READ_ONLY } from './read-only.ts'

const { author, date } = details

const metadata = z.object({
  documentId: z.string(),
  author,
  date,
  publisher: z.string().nullable(),
  source: z.string().nullable().openapi({ description: 'Where the document was published' }),
  version: z.string().openapi({ description: "sha256- and the digest of the document's text" }),
  quote: z.string().nullable().openapi({
    description: 'The words from START to END; null where the id has none',
  }),
  start: offset.openapi({ description: 'Where "text" starts in the document, from 0' }),
  end: offset.openapi({ description: 'Exclusive' }),
  characters: offset.openapi({ description: 'Of the whole document, in UTF-16 code units' }),
  next: z.string().nullable().openapi({
    description: 'The id that fetches what follows; null at the end of the document',
  }),
})

const fetched = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string().openapi({ description: 'Word for word: the document from start to end' }),
  url: z.string().openapi({ description: 'Opens the document, at the place if there is one' }),
  metadata,
})

const FETCH = {
  title: 'Read a document',
  description: `Reads the text of a document, word for word. Give it the id of a search result to read the paragraphs around that place, or the id of a document (the documentId of a citation) to read it from its beginning.
At most ${MAX_PART.toLocaleString('en')} characters come at once; "metadata.next" is the id to go on with, and is null at the end.
Quote only words that stand in "text", exactly as they are, with the url.`,
  inputSchema: described(
    z.strictObject({
      id: z.string().openapi({
        description:
          'DOCUMENT-ID:START-END, as search gives it; DOCUMENT-ID for the document; DOCUMENT-ID:START- to read on from START',
      }),
    }),
  ),
  outputSchema: described(fetched),
  annotations: READ_ONLY,
} as const

const NO_SUCH_ID =
  'There is no document with this id. Give the id of a result of search, or the documentId of a citation, unchanged.'

/** Adds the tool `fetch`, in the form that ChatGPT and its API expect of a source for research. */
export function addFetchTool(server: McpServer, { service, address, log }: McpParts): void {
  server.registerTool('fetch', FETCH, ({ id }) =>
    runTool(log, async () => {
      const wanted = readFetchId(id)
      const footnote = await service()
      if (!wanted || (await footnote.missingDocuments([wanted.documentId])).length > 0) {
        return toolFailure(NO_SUCH_ID)
      }
      const found = await footnote.documentWithOutline(wanted.documentId)
      const { characters } = found.document
      if (!isInside(wanted, characters)) {
        return toolFailure(
          `There is no such place: the document ends at ${characters}, and END must be after START. Give the id of a result of search unchanged.`,
        )
      }
      return jsonResult(fetchedPart(id, wanted, found, { address, linkTo: footnote.linkTo }))
    }),
  )
}

function isInside({ from, place }: Wanted, characters: number): boolean {
  return place ? place.start < place.end && place.end <= characters : from <= characters
}

function fetchedPart(
  id: string,
  wanted: Wanted,
  found: DocumentWithOutline,
  { address, linkTo }: { readonly address: string; readonly linkTo: LinkTo },
): z.infer<typeof fetched> {
  const { text, title, characters, version, publisher, source, ...document } = found.document
  const { documentId, place } = wanted
  const { start, end } = partOf(found, wanted)
  const path = place
    ? linkTo({ documentId, ...place, highlight: null })
    : `/documents/${documentId}`
  return {
    id,
    title,
    text: text.slice(start, end),
    url: `${address}${path}`,
    metadata: {
      documentId,
      author: document.author,
      date: document.date,
      publisher,
      source,
      version,
      quote: place && text.slice(place.start, Math.min(place.end, end)),
      start,
      end,
      characters,
      next: end < characters ? fetchId(documentId, { start: end }) : null,
    },
  }
}
