import type { Pdfium } from './pdfium.js'

/** The longest string that is asked for, in bytes: titles and labels are short, and a file can claim any length. */
const MAX_BYTES = 4096

/**
 * The string that a function of PDFium writes as UTF-16 with a zero at its end, trimmed; null where there is none. The
 * function takes where to write and how many bytes may be written, and gives how many bytes the string has.
 */
export function readString(
  pdfium: Pdfium,
  write: (address: number, size: number) => number,
): string | null {
  const address = pdfium.allocate(MAX_BYTES)
  try {
    const bytes = write(address, MAX_BYTES)
    if (bytes <= 2 || bytes > MAX_BYTES) return null
    const text = new Uint8Array(pdfium.memory().buffer, address, bytes - 2)
    return new TextDecoder('utf-16le').decode(text).trim() || null
  } finally {
    pdfium.free(address)
  }
}
