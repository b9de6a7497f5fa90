import { buildIndex } from '../index/build.ts'
import type { FolderState } from '../index/documents/folder-state.ts'
import { FootnoteError } from '../index/errors.ts'
import type { Inference } from '../index/inference/inference.ts'
import type { LiveIndex } from '../index/live-index.ts'
import type { IndexStorage } from '../index/storage/storage.ts'
import { watchDocuments } from '../index/watch-documents.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'

/** The parts that taking up changes of the documents needs. */
export interface WatchedParts {
  readonly storage: IndexStorage
  readonly index: LiveIndex
  readonly inference: Inference
  readonly log: Log
}

/** Brings the index up to date whenever the documents change; questions come first. */
export function takeUpChanges(
  { documentsDir, inference: models }: Config,
  by: 'events' | 'poll',
  before: FolderState | null,
  { storage, index, inference, log }: WatchedParts,
): { close(): Promise<void> } {
  return watchDocuments({
    documentsDir,
    by,
    built: before,
    build: async (only, signal) => {
      const { published, problems, ...counts } = await buildIndex({
        documentsDir,
        storage,
        models,
        inference: async () => inference,
        isBackground: true,
        signal,
        ...(only && { only }),
      })
      if (!published) return
      log.info({ ...counts, problems: problems.length }, 'the index was brought up to date')
      await index.refresh()
    },
    onBuildError: (err) => {
      const fault = err instanceof FootnoteError ? { reason: err.message } : { err }
      log.error(fault, 'the index cannot be brought up to date; it is tried again')
    },
    onUnwatchable: (err) =>
      log.warn({ err }, 'the system cannot watch so many folders; they are polled'),
  })
}
