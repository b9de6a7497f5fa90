import { McpServer } from '@modelcontextprotocol/server'
import { VERSION } from '../version.ts'
import { addAskTool } from './ask-tool.ts'
import { addDocumentResources } from './document-resources.ts'
import { addFetchTool } from './fetch-tool.ts'
import type { McpParts } from './mcp-parts.ts'
import { addSearchTool } from './search-tool.ts'
import { addVerifyTool } from './verify-tool.ts'

const INSTRUCTIONS =
  'Footnote answers questions only in quotations from a folder of documents, each with its exact place. ' +
  'Use ask for a question, search and fetch for research, and verify to check quotations in a text. ' +
  'Show quotations word for word with their citations, and say so where the documents do not answer.'

/** Clients are not told of changes: over HTTP no connection outlasts a request. */
const CAPABILITIES = {
  tools: { listChanged: false },
  resources: { listChanged: false },
}

/** Makes an MCP server, for one request over HTTP or one connection over standard input. */
export function createMcpServer(parts: McpParts): McpServer {
  const server = new McpServer(
    { name: 'footnote', title: 'Footnote', version: VERSION, websiteUrl: `${parts.address}/` },
    { capabilities: CAPABILITIES, instructions: INSTRUCTIONS },
  )
  const { may } = parts
  if (may.has('ask')) {
    addAskTool(server, parts)
    addSearchTool(server, parts)
  }
  if (may.has('read')) addFetchTool(server, parts)
  if (may.has('verify')) addVerifyTool(server, parts)
  if (may.has('read')) addDocumentResources(server, parts)
  return server
}
