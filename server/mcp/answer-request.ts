import { createMcpHandler } from '@modelcontextprotocol/server'
import type { McpParts } from './mcp-parts.ts'
import { createMcpServer } from './mcp-server.ts'

/** Answers one HTTP request of the Model Context Protocol. `onError` is told of what is refused or fails. */
export async function answerMcpRequest(
  request: Request,
  parts: McpParts,
  onError: (error: Error) => void,
): Promise<Response> {
  const handler = createMcpHandler(() => createMcpServer(parts), { onerror: onError })
  const response = await handler.fetch(request)
  // This ends a subscription that was just acknowledged: clients are not told of changes.
  await handler.close()
  return response
}
