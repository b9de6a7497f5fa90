import type { McpServer } from '@modelcontextprotocol/server'
import { z } from '@hono/zod-openapi'
import { ENGLISH_PLACES, placePart } from '../../presentation/citation.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import { shownAnswer } from '../answer/answer-json.ts'
import type { QuoteJson } from '../answer/answer-schema.ts'
import { MAX_QUOTES, question } from '../conversation/ask-body.ts'
import { withAbsoluteUrls } from './absolute-urls.ts'
import { described } from './described-schema.ts'
import { fetchId } from './fetch-id.ts'
import { runTool } from './failures.ts'
import { jsonResult } from './json-result.ts'
import type { McpParts } from './mcp-parts.ts'
import { READ_ONLY } from './read-only.ts'

/** How much of a quotation a result shows, in UTF-16 code units. Most sentences fit. */
const MAX_SHOWN = 200

const searchResult = z.object({
  id: z.string().openapi({ description: 'For the tool fetch: its document and its place' }),
  title: z.string().openapi({
    description: 'The title of the document, the place, and the beginning of the quotation',
  }),
  url: z.string().openapi({ description: 'Opens the document at the quotation' }),
})

type SearchResult = z.infer<typeof searchResult>

const SEARCH = {
  title: 'Search the documents',
  description: `Finds the quotations in the documents of this server that answer a question best, best first; where nothing answers, what comes nearest.
Use it for research over several questions: search, then fetch the results that matter to read what stands around them. For a single answer with its quotations, use ask.
Each result is a place in a document. Quote only words that fetch or ask gave, exactly as they are, with their url.`,
  inputSchema: described(
    z.strictObject({
      query: question.openapi({ description: 'A question or a subject, in whole words' }),
    }),
  ),
  outputSchema: described(z.object({ results: z.array(searchResult) })),
  annotations: READ_ONLY,
} as const

/** Adds the tool `search`, in the form that ChatGPT and its API expect of a source for research. */
export function addSearchTool(server: McpServer, { service, address, log }: McpParts): void {
  server.registerTool('search', SEARCH, ({ query }, { mcpReq: { signal } }) =>
    runTool(log, async () => {
      const { ask, linkTo } = await service()
      const request = { question: query, maxQuotes: MAX_QUOTES, documentIds: null }
      const reply = await ask({ ...request, conversationId: null }, { signal })
      const found = shownAnswer(reply.answer, linkTo)
      const quotes = found.answered ? [...found.quotes, ...found.alsoOnThis] : found.closest
      return jsonResult({
        results: Array.from(quotes, (quote) => resultOf(withAbsoluteUrls(quote, address))),
      })
    }),
  )
}

function resultOf({ text, citation }: QuoteJson): SearchResult {
  const { documentId, start, end, title, url } = citation
  const source = [title, placePart(citation, ENGLISH_PLACES)].join(', ')
  return {
    id: fetchId(documentId, { start, end }),
    title: `${source}: “${beginningOf(foldSpace(text))}”`,
    url,
  }
}

/** A text, or its beginning up to the end of a word. */
function beginningOf(text: string): string {
  if (text.length <= MAX_SHOWN) return text
  return `${text.slice(0, MAX_SHOWN).replace(/\s+\S*$/, '')} …`
}
