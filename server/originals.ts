import path from 'node:path'
import { LRUCache } from 'lru-cache'
import type { Format } from '../index/documents/extractors/extractor.ts'
import { renderPage } from '../index/documents/extractors/pdf/render.ts'
import { type Origin, readUnchanged } from '../index/documents/source-files.ts'
import { FootnoteError } from '../index/errors.ts'
import type { ReadableIndex } from './index-within.ts'

/** A document's file as it was indexed. */
export interface Original {
  readonly bytes: Buffer
  /** The name of the file, without its folders. */
  readonly name: string
  readonly format: Format
}

/** Gives the files of documents, and pictures of their pages. */
export interface Originals {
  /** Throws `document-unknown`, and `original-gone` where the file has changed since it was indexed, or is gone. */
  file(id: string): Promise<Original>
  /**
   * A page as a PNG. Throws as `file` does, `page-unknown` where the document has no picture of such a page, and `pages-waiting`
   * where too many others wait to be drawn.
   */
  picture(id: string, pageNumber: number): Promise<Uint8Array>
}

/** Enough to read small print on a page of A4 by: 150 dots an inch. */
const MAX_PIXELS = 2_200_000

/** How many bytes of pictures are kept: about a hundred pages. */
const MAX_PICTURE_BYTES = 32_000_000

/** How many pages may wait to be drawn: as many take 6 s. */
const MAX_WAITING_PAGES = 20

/** Gives a function for the files of the documents in an index, which are below `documentsDir`. All its results share what they draw. */
export function createOriginals(documentsDir: string): (index: ReadableIndex) => Originals {
  const bytesOf = async (origin: Origin) => {
    const bytes = await readUnchanged(documentsDir, origin)
    if (bytes) return bytes
    throw new FootnoteError(
      'original-gone',
      'The file of this document has changed since it was read, or is gone. Its text is still there.',
    )
  }
  let unfinished = 0
  const draw = async (origin: Origin, pageNumber: number) => {
    if (unfinished > MAX_WAITING_PAGES) {
      const message = 'Too many pages wait to be drawn. Ask for this one again in a moment.'
      throw new FootnoteError('pages-waiting', message)
    }
    unfinished += 1
    try {
      const bytes = await bytesOf(origin)
      return await renderPage(bytes, pageNumber, { maxPixels: MAX_PIXELS }).catch(
        (cause: unknown) => {
          throw new FootnoteError('page-unknown', 'This page cannot be drawn.', cause)
        },
      )
    } finally {
      unfinished -= 1
    }
  }
  // The key has the hash of the file, so that a picture is never of an older one.
  const pictures = new LRUCache<string, Uint8Array, () => Promise<Uint8Array>>({
    maxSize: MAX_PICTURE_BYTES,
    sizeCalculation: (picture) => picture.length,
    fetchMethod: (_key, _stale, { context: drawIt }) => drawIt(),
  })
  return (index) => ({
    file: async (id) => {
      const origin = await originOf(id, index)
      const bytes = await bytesOf(origin)
      return { bytes, name: path.posix.basename(origin.file), format: origin.format }
    },
    picture: async (id, pageNumber) => {
      const origin = await originOf(id, index)
      const { pages } = await index.use((store) => store.outline(id))
      if (origin.format !== 'pdf' || !pages.some(({ number }) => number === pageNumber)) {
        throw new FootnoteError('page-unknown', 'There is no picture of such a page.')
      }
      return pictures.forceFetch(`${origin.fileHash} ${pageNumber}`, {
        context: () => draw(origin, pageNumber),
      })
    },
  })
}

async function originOf(id: string, index: ReadableIndex): Promise<Origin> {
  const origin = await index.use((store) => store.origin(id))
  if (origin) return origin
  throw new FootnoteError('document-unknown', 'There is no document with this id.')
}
