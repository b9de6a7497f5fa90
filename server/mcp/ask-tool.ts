import type { McpServer, TextContent } from '@modelcontextprotocol/server'
import { answerToJson } from '../answer/answer-json.ts'
import { answerMarkdown } from '../answer/answer-markdown.ts'
import { answer, type AnswerJson } from '../answer/answer-schema.ts'
import { askBody } from '../conversation/ask-body.ts'
import { findNamedDocuments } from '../named-documents.ts'
import { withAbsoluteUrls } from './absolute-urls.ts'
import { described } from './described-schema.ts'
import { runTool } from './failures.ts'
import type { McpParts } from './mcp-parts.ts'
import { READ_ONLY } from './read-only.ts'
import { unknownDocuments } from './unknown-documents.ts'

const ASK = {
  title: 'Ask the documents',
  description: `Answers a question from the documents of this server, only in quotations from them, each with its exact place.
Use it for every question that these documents may answer, even if you think you know the answer.
Show the quotations word for word, in quotation marks, each with its citation and its link. Do not shorten, translate or reword them.
If "answered" is false, say that the documents do not answer; "closest" is what comes nearest, and is no answer.
For a follow-up question, give the conversationId of the last answer. "more" then gives further quotations.`,
  // "explain" is for people who tune Footnote.
  inputSchema: described(askBody.omit({ explain: true })),
  outputSchema: described(answer.omit({ explanation: true })),
  // In a conversation, the same question may be read in another way, and "more" gives other quotations.
  annotations: { ...READ_ONLY, idempotentHint: false },
} as const

/** Adds the tool `ask`, which gives the answer of `POST /ask`, but with absolute URLs. */
export function addAskTool(server: McpServer, { service, address, log }: McpParts): void {
  server.registerTool('ask', ASK, (asked, { mcpReq: { signal } }) =>
    runTool(log, async () => {
      const footnote = await service()
      const { documentIds, unknown } = await findNamedDocuments(asked, footnote)
      if (unknown.length > 0) return unknownDocuments(unknown)
      const { question, maxQuotes, conversationId = null } = asked
      const reply = await footnote.ask(
        { question, maxQuotes, documentIds, conversationId },
        { signal },
      )
      const given = answerToJson(reply.answer, {
        ...reply,
        explain: false,
        linkTo: footnote.linkTo,
      })
      const { text } = answerMarkdown(given, { question, baseUrl: address })
      return {
        content: [{ type: 'text', text }, forFollowUps(given)],
        structuredContent: withAbsoluteQuotes(given, address),
      }
    }),
  )
}

/** The id of the conversation, for models whose client shows them only text. */
function forFollowUps(given: AnswerJson): TextContent {
  const text = `conversationId for a follow-up question: ${given.conversationId}`
  return { type: 'text', text, annotations: { audience: ['assistant'] } }
}

function withAbsoluteQuotes(given: AnswerJson, address: string): AnswerJson {
  const { quotes, alsoOnThis, closest } = given
  return {
    ...given,
    quotes: Array.from(quotes, (quote) => withAbsoluteUrls(quote, address)),
    alsoOnThis: Array.from(alsoOnThis, (quote) => withAbsoluteUrls(quote, address)),
    closest: Array.from(closest, (quote) => withAbsoluteUrls(quote, address)),
  }
}
