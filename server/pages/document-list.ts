import type { DocumentProblem } from '../../index/documents/source-files.ts'
import type { DocumentSummary } from '../../index/storage/storage.ts'

/** All documents and the files that could not be read; or, in a sentence, why they are not listed. */
export type DocumentList =
  | {
      readonly listed: readonly DocumentSummary[]
      readonly problems: readonly DocumentProblem[]
    }
  | { readonly hidden: string }
