import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
import type { ListedDocument } from '../service.ts'
import { runRequest } from './failures.ts'
import type { McpParts } from './mcp-parts.ts'

const URI = 'footnote://documents/'

/** How many documents a page of the list has; they take about 30 kB. */
const PAGE_SIZE = 100

/**
 * Adds the documents as resources: `footnote://documents/ID` is the exact text that offsets refer to. A place in a document
 * is no resource; the tool `fetch` reads it together with its paragraphs.
 */
export function addDocumentResources(server: McpServer, { service, log }: McpParts): void {
  const documentIds = async (beginning: string) => {
    const documents = await runRequest(log, URI, async () => (await service()).documents())
    return Array.from(documents, ({ id }) => id).filter((id) => id.startsWith(beginning))
  }
  server.registerResource(
    'document',
    new ResourceTemplate(`${URI}{id}`, { list: undefined, complete: { id: documentIds } }),
    {
      title: 'A document',
      description: 'The exact text of a document. Citations count their start and end in it.',
      mimeType: 'text/plain',
    },
    ({ href }, { id }) =>
      runRequest(log, href, async () => {
        const { text } = await (await service()).document(String(id))
        return { contents: [{ uri: href, mimeType: 'text/plain', text }] }
      }),
  )
  // The package cannot divide the list of a template into pages.
  server.server.setRequestHandler('resources/list', ({ params }) =>
    runRequest(log, URI, async () => {
      const documents = await (await service()).documents()
      const rest = documents.filter(({ id }) => id > (params?.cursor ?? ''))
      const page = rest.slice(0, PAGE_SIZE)
      const last = rest.length > page.length ? page.at(-1) : undefined
      return { resources: page.map(resourceOf), ...(last && { nextCursor: last.id }) }
    }),
  )
}

function resourceOf({ id, title, author, date, characters }: ListedDocument) {
  const details = [author, date].filter((detail) => detail !== null)
  return {
    uri: `${URI}${id}`,
    name: id,
    title,
    // In characters. The protocol has a field for the size in bytes, but that is not known without the text.
    description: [...details, `${characters.toLocaleString('en')} characters`].join(', '),
    mimeType: 'text/plain',
  }
}
