/** How far into a file a declaration of its encoding is looked for. The HTML standard says 1,024 bytes; files have it later. */
const DECLARATION_BYTES = 4096

const DECLARATION =
  /<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)|<meta[^>]*?\scharset\s*=\s*["']?\s*([\w.:-]+)|<meta[^>]*?\scontent\s*=\s*["'][^"'>]*?charset\s*=\s*([\w.:-]+)/i

/**
 * The text of HTML, by its byte order mark, or else by what it declares, or else as UTF-8. What is not valid UTF-8, although it
 * should be, is windows-1252, as browsers take it.
 */
export function decodeHtml(bytes: Uint8Array): string {
  return decodeXml(bytes) ?? decode(bytes, 'windows-1252') ?? ''
}

/** The text of XML, by its byte order mark, or else by what it declares, or else as UTF-8; null where it is not in it. */
export function decodeXml(bytes: Uint8Array): string | null {
  const marked = encodingByMark(bytes)
  if (marked !== null) return decode(bytes, marked)
  const declared = declaredEncoding(bytes)
  return (declared === null ? null : decode(bytes, declared)) ?? decode(bytes, 'utf-8')
}

function encodingByMark([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString('latin1')
  const [, ...labels] = DECLARATION.exec(start) ?? []
  const label = labels.find((found) => found !== undefined)
  // A declaration that can be read in ASCII does not stand in UTF-16, whatever it says.
  return label === undefined || /^utf-?16/i.test(label) ? null : label
}

/** Null where there is no such encoding, or the bytes are not UTF-8 where they should be. */
function decode(bytes: Uint8Array, label: string): string | null {
  try {
    const decoder = new TextDecoder(label, { fatal: /^utf-?8$/i.test(label) })
    // In one piece, Node 20 takes windows-1252 for latin1, and "€" becomes a control character.
    return decoder.decode(bytes, { stream: true }) + decoder.decode()
  } catch {
    return null
  }
}
