// JavaScript, since TypeScript needs a loader, which takes longer than the picture.
import { openPdf, startPdfium, whyGivenUp } from './pdfium.js'

/** What PDFium draws: annotations too, and bytes in the order red, green, blue. */
const ANNOTATIONS = 0x01
const RED_FIRST = 0x10

/** Pixels of 4 bytes, without transparency. */
const BGRX = 3
const WHITE = 0xffffffff

/** How hard zlib works: the default. */
const COMPRESSION = 6

/**
 * Draws a page as a PNG with at most so many pixels.
 *
 * @param {{ bytes: Uint8Array, page: number, maxPixels: number }} task
 * @returns {Promise<Uint8Array>}
 */
export default async function render({ bytes, page, maxPixels }) {
  const pdfium = await startPdfium()
  try {
    const document = openPdf(pdfium, bytes)
    const handle = pdfium.call.FPDF_LoadPage(document, page - 1)
    if (handle === 0) throw new Error(`has no page ${page}`)
    return draw(pdfium, handle, maxPixels)
  } catch (error) {
    throw whyGivenUp(pdfium, error)
  }
}

/**
 * @param {import('./pdfium.js').Pdfium} pdfium
 * @param {number} page
 * @param {number} maxPixels
 */
function draw({ call, allocate, memory }, page, maxPixels) {
  const points = { width: call.FPDF_GetPageWidthF(page), height: call.FPDF_GetPageHeightF(page) }
  const scale = Math.sqrt(maxPixels / (points.width * points.height))
  const width = Math.max(1, Math.floor(Math.min(points.width * scale, maxPixels)))
  const height = Math.max(1, Math.floor(Math.min(points.height * scale, maxPixels / width)))
  const bitmap = call.FPDFBitmap_CreateEx(width, height, BGRX, 0, 0)
  if (bitmap === 0) throw new Error(`cannot be drawn at ${width} by ${height} pixels`)
  call.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE)
  call.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, ANNOTATIONS | RED_FIRST)
  const pixels = call.FPDFBitmap_GetBuffer(bitmap)
  const stride = call.FPDFBitmap_GetStride(bitmap)
  const address = allocate(4)
  const length = call.EPDF_PNG_EncodeRGBA(pixels, width, height, stride, COMPRESSION, address)
  if (length === 0) throw new Error('cannot be drawn')
  // A copy: the memory ends with this thread.
  return new Uint8Array(memory().buffer, memory().getUint32(address, true), length).slice()
}
