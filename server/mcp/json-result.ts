import type { CallToolResult } from '@modelcontextprotocol/server'

/** A result as structured content and as the same JSON in one text, because ChatGPT's connectors read only the text. */
export function jsonResult(content: Record<string, unknown>): CallToolResult {
  return {
    content: [{ type: 'text', text: JSON.stringify(content) }],
    structuredContent: content,
  }
}
