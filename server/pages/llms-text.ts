import type { DocumentSummary } from '../../index/storage/storage.ts'
import { printable } from '../../presentation/terminal-text.ts'
import type { DocumentList } from './document-list.ts'

/** What a program is told about this server. */
export interface LlmsText {
  /** The URL that people reach this server by, with a `/` at its end. */
  readonly address: string
  readonly documents: DocumentList
  /** Whether questions need a key. */
  readonly isKeyNeeded: boolean
}

/** How many documents are listed. A line has about 100 characters, and a program reads the whole list before it asks. */
const MAX_LISTED = 200

/** Characters that begin or end markup within a line of CommonMark; `]` ends the label of a link. */
const INLINE_MARKS = /[\\`*_[\]<>&]/g

/**
 * Makes `/llms.txt`: what this server is, how to ask it, and its documents, in the form that https://llmstxt.org describes.
 */
export function llmsText({ address, documents, isKeyNeeded }: LlmsText): string {
  const key = isKeyNeeded ? ['Send `Authorization: Bearer KEY` with every question.', ''] : []
  return [
    '# Footnote',
    '',
    '> Answers questions only in quotations from its documents, each with an exact citation. It generates no text. If the documents do not answer, it says so.',
    '',
    `Ask with \`GET ${address}ask?question=QUESTION\`, or post JSON such as \`{"question": "QUESTION"}\` to the same address. The answer is JSON. \`quotes\` are the sentences that answer, word for word, best first; \`citation.url\` of each opens its document at that place. \`answered\` is false if the documents do not answer.`,
    '',
    ...key,
    '## Ways to ask',
    '',
    link('Questions', `${address}ask`, 'POST or GET; the answer is JSON'),
    link(
      'Verification',
      `${address}verify`,
      'POST a text; says which of its sentences the documents have, and where',
    ),
    link('MCP', `${address}mcp`, 'Model Context Protocol, streamable HTTP'),
    link(
      'OpenAI-compatible API',
      `${address}v1/models`,
      `chat completions and responses below ${address}v1; the model is footnote`,
    ),
    '',
    '## Description',
    '',
    link('OpenAPI', `${address}openapi.json`, 'every route, field and error'),
    link('API page', `${address}docs`, 'the same for people, to try'),
    '',
    '## Documents',
    '',
    ...('hidden' in documents ? [documents.hidden] : listOf(documents.listed, address)),
    '',
  ].join('\n')
}

function link(label: string, url: string, description: string): string {
  return `- [${label}](${url}): ${description}`
}

function listOf(documents: readonly DocumentSummary[], address: string): string[] {
  const listed = documents.slice(0, MAX_LISTED)
  const left = documents.length - listed.length
  return [
    ...listed.map((document) => documentLine(document, address)),
    ...(left > 0 ? ['', `And ${left} more: ${address}documents lists all as JSON.`] : []),
  ]
}

function documentLine({ id, title, author, date }: DocumentSummary, address: string): string {
  const facts = [author, date].flatMap((fact) => (fact === null ? [] : escapeMarkdown(fact)))
  const label = `[${escapeMarkdown(title)}](${address}documents/${id}/text)`
  return `- ${[label, ...(facts.length > 0 ? [facts.join(', ')] : [])].join(': ')}`
}

/** Makes a text of a document into one line that Markdown shows as it is, also in the label of a link. */
function escapeMarkdown(text: string): string {
  return printable(text).replace(INLINE_MARKS, String.raw`\$&`)
}
