import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
} from '@modelcontextprotocol/server'
import { clientResponse, FootnoteError } from '../../index/errors.ts'
import type { Log } from '../log.ts'

/** The result of a tool that could not do its work. `text` says what happened and what to do next. */
export function toolFailure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true }
}

/** Runs a tool. Turns an error into a result that the model can read, with nothing internal in it. Never rejects. */
export async function runTool(
  log: Log,
  run: () => Promise<CallToolResult>,
): Promise<CallToolResult> {
  try {
    return await run()
  } catch (error) {
    return toolFailure(toldText(error, log))
  }
}

/** Runs a request for resources. Rejects with an error of the protocol, with nothing internal in it. */
export async function runRequest<T>(log: Log, uri: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof FootnoteError && error.code === 'document-unknown') {
      throw new ResourceNotFoundError(uri)
    }
    throw new ProtocolError(ProtocolErrorCode.InternalError, toldText(error, log))
  }
}

/** What a client is told of an error. An error that is not for clients is logged. */
function toldText(error: unknown, log: Log): string {
  const told = error instanceof FootnoteError ? clientResponse(error.code) : null
  if (error instanceof FootnoteError && told && told.detail === undefined) return error.message
  log.error({ err: error }, 'an MCP request failed')
  return told?.detail ?? 'Something went wrong in Footnote. Its log has the error. Try again later.'
}
