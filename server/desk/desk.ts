import type { LiveIndex } from '../../index/live-index.ts'
import type { Log } from '../log.ts'
import type { AuditLog } from '../state/state.ts'
import { type BuiltFolder, DeskDocuments } from './documents.ts'
import { DocumentsFolder } from './documents-folder.ts'
import { type UploadLimits, Uploads } from './uploads.ts'

/** What people do at the desk with documents. */
export interface Desk {
  readonly documents: DeskDocuments
  readonly folder: DocumentsFolder
  readonly uploads: Uploads
}

export interface DeskOptions {
  readonly documentsDir: string
  readonly dataDir: string
  /** See `UploadsOptions`. */
  readonly minFreeBytes: number
  readonly maxDocumentsBytes: number | null
  readonly index: LiveIndex
  readonly audit: AuditLog
  readonly log: Log
  /** Whether this server watches the documents folder and takes up what changes. */
  readonly isWatched: boolean
  /** What the documents folder was like when the index was built; null where that is not known. */
  readonly built: BuiltFolder | null
  readonly uploadLimits?: Partial<UploadLimits>
}

/** Opens the desk. `close` waits for the uploads that are being taken. */
export async function openDesk(options: DeskOptions): Promise<Desk & { close(): Promise<void> }> {
  const { documentsDir, index, built, uploadLimits: limits } = options
  const documents = new DeskDocuments(documentsDir, index, built)
  const folder = new DocumentsFolder({ ...options, documents })
  const uploads = await Uploads.open({ ...options, documents, folder, ...(limits && { limits }) })
  return { documents, folder, uploads, close: () => uploads.close() }
}
