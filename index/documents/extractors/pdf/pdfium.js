// JavaScript with types in comments: the thread that renders pages does without a TypeScript loader, which would cost it 0.3 s.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/**
 * PDFium in WebAssembly. Its methods take and give numbers: handles, and addresses in its memory.
 *
 * @typedef {import('@embedpdf/pdfium').Methods} Methods
 */

/**
 * Those that are called for each character. They come straight from the module: the wrappers around the others cost more
 * than what they call.
 *
 * @typedef {Pick<Methods, 'FPDFText_GetUnicode' | 'FPDFText_IsGenerated' | 'FPDFText_HasUnicodeMapError' |
 *   'FPDFText_GetLooseCharBox' | 'FPDFText_GetCharOrigin' | 'FPDFText_GetTextObject'>} CharacterMethods
 */

/**
 * @typedef {object} Pdfium
 * @property {Methods} call
 * @property {CharacterMethods} callFast
 * @property {(size: number) => number} allocate gives an address, and throws where the memory is full
 * @property {(address: number) => void} free
 * @property {() => DataView} memory all of its memory; a call may replace it, so take it anew after each
 */

/** The memory that one PDF may use, in MB: 2,415 pages need 177, and a page at 4,000 by 4,000 pixels 64 more. */
export const MAX_WASM_MB = 512

/** Memory is full from this share on: it grows by a fifth and more, so the last growth fails before all is used. */
const FULL = 0.5

/** The section of a WebAssembly module that says how much memory it has, and the size of a page of this memory. */
const MEMORY_SECTION = 5
const HAS_MAXIMUM = 1
const WASM_PAGES_PER_MB = 16

/** What `FPDF_GetLastError` says. */
const WRONG_PASSWORD = 4
const UNSUPPORTED_ENCRYPTION = 5

/**
 * Starts a PDFium of its own: what a file does to its memory ends with it. A file that needs more than {@link MAX_WASM_MB}
 * makes its methods throw a `WebAssembly.RuntimeError`.
 *
 * @returns {Promise<Pdfium>}
 */
export async function startPdfium() {
  // Only threads that read a PDF load it.
  const { init } = await import('@embedpdf/pdfium')
  const file = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')
  const wasmBinary = withMaximumMemory(readFileSync(file), MAX_WASM_MB)
  // Without `wasmBinary` it would fetch itself from the network. What it prints says nothing that its results do not.
  const options = { wasmBinary, print: () => {}, printErr: () => {} }
  const call = await init(options)
  const { wasmExports } = call.pdfium
  /** @type {CharacterMethods & { memory: WebAssembly.Memory }} */
  const exported = exportsOf(call.pdfium)
  let memory = new DataView(exported.memory.buffer)
  call.PDFiumExt_Init()
  return {
    call,
    callFast: exported,
    memory() {
      if (memory.buffer !== exported.memory.buffer) memory = new DataView(exported.memory.buffer)
      return memory
    },
    free: (address) => wasmExports.free(address),
    allocate(size) {
      const address = wasmExports.malloc(size)
      if (address === 0) throw new WebAssembly.RuntimeError('memory is full')
      return address
    },
  }
}

/**
 * All that the module exports; the types of the package name two functions.
 *
 * @param {object} started
 */
function exportsOf(started) {
  return Reflect.get(started, 'wasmExports')
}

/**
 * Opens a PDF, and gives its handle. Throws an `Error` whose message completes "FILE …" where it is damaged or has a password.
 *
 * @param {Pdfium} pdfium
 * @param {Uint8Array} bytes
 */
export function openPdf(pdfium, bytes) {
  // It is never freed: the document reads from it, and both end with the instance.
  const address = pdfium.allocate(bytes.length)
  new Uint8Array(pdfium.memory().buffer).set(bytes, address)
  const handle = pdfium.call.FPDF_LoadMemDocument(address, bytes.length, '')
  if (handle !== 0) return handle
  const reason = pdfium.call.FPDF_GetLastError()
  if (reason === WRONG_PASSWORD) throw new Error('has a password; save it without one')
  if (reason === UNSUPPORTED_ENCRYPTION) {
    throw new Error('is encrypted in a way that cannot be read; save it without encryption')
  }
  throw new Error('is not a PDF, or is damaged; open it in a PDF reader and save it again')
}

/**
 * What to say of a file for which `error` was thrown: an `Error` whose message completes "FILE …" where PDFium itself gave up,
 * else the same error.
 *
 * @param {Pdfium} pdfium
 * @param {unknown} error
 */
export function whyGivenUp(pdfium, error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return error
  const isFull = pdfium.memory().byteLength > MAX_WASM_MB * FULL * 1024 * 1024
  const reason = isFull
    ? `takes more than ${MAX_WASM_MB} MB of memory to be read; make it simpler, or split it`
    : 'is damaged; open it in a PDF reader and save it again'
  return new Error(reason, { cause: error })
}

/**
 * A WebAssembly module with another maximum of its memory.
 *
 * @param {Uint8Array} wasm
 * @param {number} megabytes
 */
function withMaximumMemory(wasm, megabytes) {
  // After its 8 bytes of magic number and version, a module is a list of sections: an id, a length, and so many bytes.
  let at = 8
  while (at < wasm.length) {
    const id = wasm[at]
    const length = readNumber(wasm, at + 1)
    if (id === MEMORY_SECTION) return withMaximum(wasm, length.end, megabytes * WASM_PAGES_PER_MB)
    at = length.end + length.value
  }
  throw new Error('pdfium.wasm has no memory section')
}

/**
 * @param {Uint8Array} wasm
 * @param {number} start of the memory section's contents
 * @param {number} pages
 */
function withMaximum(wasm, start, pages) {
  const count = readNumber(wasm, start)
  const flags = readNumber(wasm, count.end)
  const minimum = readNumber(wasm, flags.end)
  const maximum = readNumber(wasm, minimum.end)
  if (count.value !== 1 || flags.value !== HAS_MAXIMUM || minimum.value > pages) {
    throw new Error('pdfium.wasm has another memory than expected')
  }
  const capped = Uint8Array.from(wasm)
  // In as many bytes as before, so that nothing moves: 7 bits each, the last without the high bit.
  for (let i = minimum.end; i < maximum.end; i++) {
    const bits = (pages >>> (7 * (i - minimum.end))) & 0x7f
    capped[i] = i === maximum.end - 1 ? bits : bits | 0x80
  }
  return capped
}

/**
 * An unsigned number in LEB128, and where it ends.
 *
 * @param {Uint8Array} bytes
 * @param {number} start
 */
function readNumber(bytes, start) {
  let value = 0
  let end = start
  for (;;) {
    const byte = bytes[end] ?? 0
    value |= (byte & 0x7f) << (7 * (end - start))
    end += 1
    if ((byte & 0x80) === 0) return { value: value >>> 0, end }
  }
}
