import type { McpServer } from '@modelcontextprotocol/server'
import { z } from '@hono/zod-openapi'
import { findNamedDocuments } from '../named-documents.ts'
import {
  verifiedSentence,
  type VerifiedSentence,
  verifyBody,
} from '../verification/verify-schema.ts'
import { withAbsoluteUrls } from './absolute-urls.ts'
import { described } from './described-schema.ts'
import { runTool } from './failures.ts'
import type { McpParts } from './mcp-parts.ts'
import { READ_ONLY } from './read-only.ts'
import { unknownDocuments } from './unknown-documents.ts'
import { verdictsAsText } from './verdicts-as-text.ts'

const VERIFY = {
  title: 'Check quotations',
  description: `Says of each sentence and each quotation of a text whether the documents of this server have it, and where: "quoted" word for word, "altered" with what differs, "similar" in other words, or "not-found".
Use it before you give a text with quotations to somebody, and when somebody asks whether a quotation is right. Correct what is altered to the exact words of the source, and name what was not found.
"similar" does not mean that the documents say it: show both and let the reader judge.`,
  inputSchema: described(verifyBody),
  outputSchema: described(z.object({ sentences: z.array(verifiedSentence) })),
  annotations: READ_ONLY,
} as const

/** Adds the tool `verify`, which gives the answer of `POST /verify`, but with absolute URLs. */
export function addVerifyTool(server: McpServer, { service, address, log }: McpParts): void {
  server.registerTool('verify', VERIFY, (draft, { mcpReq: { signal } }) =>
    runTool(log, async () => {
      const footnote = await service()
      const { documentIds, unknown } = await findNamedDocuments(draft, footnote)
      if (unknown.length > 0) return unknownDocuments(unknown)
      const { text, threshold } = draft
      const verified = await footnote.verify({ text, documentIds, threshold }, { signal })
      const sentences = Array.from(verified, (sentence) => absolute(sentence, address))
      return {
        content: [{ type: 'text', text: verdictsAsText(sentences) }],
        structuredContent: { sentences },
      }
    }),
  )
}

function absolute(sentence: VerifiedSentence, address: string): VerifiedSentence {
  const { quotations } = sentence
  return {
    ...withAbsoluteQuotes(sentence, address),
    quotations: Array.from(quotations, (quotation) => withAbsoluteQuotes(quotation, address)),
  }
}

function withAbsoluteQuotes<T extends Pick<VerifiedSentence, 'quotes'>>(
  judged: T,
  address: string,
): T {
  return { ...judged, quotes: judged.quotes.map((quote) => withAbsoluteUrls(quote, address)) }
}
