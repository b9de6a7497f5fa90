import path from 'node:path'
import { MIMEType } from 'node:util'
import { printable } from '../../presentation/terminal-text.ts'
import { WebProblem } from './web-problem.ts'

/** The ending of the file that a page of a media type becomes. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['text/html', '.html'],
  ['application/xhtml+xml', '.html'],
  ['text/plain', '.txt'],
  ['text/markdown', '.md'],
  ['text/x-markdown', '.md'],
  ['application/pdf', '.pdf'],
  ['application/epub+zip', '.epub'],
  ['application/vnd.oasis.opendocument.text', '.odt'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.docx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', '.pptx'],
])

/** The endings of all files that are kept. */
export const KEPT_ENDINGS: ReadonlySet<string> = new Set(ENDINGS.values())

/** What servers send where they do not know the type of a file. The ending of its address then tells. */
const UNKNOWN_TYPES: ReadonlySet<string> = new Set([
  'application/octet-stream',
  'binary/octet-stream',
])

/** The endings of files whose encoding must be known. */
const TEXT_ENDINGS: ReadonlySet<string> = new Set(['.html', '.txt', '.md'])

/** Of UTF-8 and of UTF-16. They count more than what a server says. */
const BYTE_ORDER_MARKS = [
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from([0xfe, 0xff]),
  Buffer.from([0xff, 0xfe]),
]

/** A page says its encoding within this many bytes, as the HTML standard demands. */
const DECLARED_WITHIN_BYTES = 1024

/** What a page is. */
export interface Content {
  /** Of the file that keeps it. */
  readonly ending: string
  /** The encoding that the server names, as it is written; null where it names none. */
  readonly charset: string | null
}

/** What a server says that a page is. Throws a `WebProblem` where Footnote does not read such pages. */
export function contentOf(contentType: string | undefined, url: URL): Content {
  const type = parseType(contentType)
  const written = path.posix.extname(url.pathname).toLowerCase()
  const essence = type?.essence ?? 'application/octet-stream'
  const charset = type?.params.get('charset') ?? null
  // Servers that do not know Markdown send it as plain text.
  if (essence === 'text/plain' && written === '.md') return { ending: '.md', charset }
  const ending = UNKNOWN_TYPES.has(essence) ? written : ENDINGS.get(essence)
  if (ending !== undefined && KEPT_ENDINGS.has(ending)) return { ending, charset }
  throw new WebProblem(`is ${printable(essence)}, which Footnote does not read`)
}

/**
 * The bytes to keep of a page: those that were sent. Where only the server says how text is encoded, the file would not
 * tell, so it is kept as UTF-8 with a byte order mark.
 */
export function keptBytes(bytes: Buffer, { ending, charset }: Content): Buffer {
  if (charset === null || !TEXT_ENDINGS.has(ending) || tells(bytes, ending, charset)) return bytes
  const decoder = decoderOf(charset)
  if (!decoder) return bytes
  // In one piece, Node 20 reads windows-1252 as Latin-1: its quotation marks become control characters.
  const text = decoder.decode(bytes, { stream: true }) + decoder.decode()
  return Buffer.from(`\uFEFF${text}`)
}

/** Whether the bytes of a file say, or the format demands, what the server says of its encoding. */
function tells(bytes: Buffer, ending: string, charset: string): boolean {
  if (BYTE_ORDER_MARKS.some((mark) => bytes.subarray(0, mark.length).equals(mark))) return true
  if (ending !== '.html') return /^utf-?8$/i.test(charset)
  const start = bytes.subarray(0, DECLARED_WITHIN_BYTES).toString('latin1')
  const declared = /charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(start)?.[1]
  return declared?.toLowerCase() === charset.toLowerCase()
}

function parseType(contentType: string | undefined): MIMEType | null {
  try {
    return contentType === undefined ? null : new MIMEType(contentType)
  } catch {
    return null
  }
}

function decoderOf(charset: string): TextDecoder | null {
  try {
    return new TextDecoder(charset)
  } catch {
    return null
  }
}
