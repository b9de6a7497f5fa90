import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { FootnoteError } from '../../../index/errors.ts'
import { storageError } from '../../../index/storage/embedded/sqlite-errors.ts'
import type { ConversationLimits, State } from '../state.ts'
import { CONVERSATIONS_FILE, openConversations } from './conversations.ts'
import { DESK_FILE, openDeskFile } from './desk-file.ts'
import { FEEDBACK_FILE, openFeedback } from './feedback.ts'
import { moveLegacyFile } from './legacy-files.ts'
import { openQuestions, QUESTIONS_FILE } from './questions.ts'
import { openSlackStore, SLACK_FILE } from './slack-store.ts'
import { openWebhookStore, WEBHOOKS_FILE } from './webhook-store.ts'

export interface EmbeddedStateOptions extends ConversationLimits {
  /** The folder of the files, created where it is missing. */
  readonly dataDir: string
  /** The folder in which older versions kept the same files, which are moved from there once. */
  readonly legacyDir: string
}

/** The files that older versions kept elsewhere. */
const MOVED_KINDS = [CONVERSATIONS_FILE, FEEDBACK_FILE, SLACK_FILE]

/**
 * Opens the state in SQLite files, which several processes may share. Files of older versions are migrated.
 *
 * Throws the `…-unreadable` code of a store where its file is no database, is damaged, or was written by a newer version; `disk-full`,
 * `storage-busy` or `storage-unwritable`; and
 * `setting-invalid` where `dataDir` is no folder.
 */
export async function openEmbeddedState(options: EmbeddedStateOptions): Promise<State> {
  const { dataDir } = options
  await makeFolder(dataDir)
  for (const kind of MOVED_KINDS) await moveLegacyFile(kind, options)
  return openStores((name) => path.join(dataDir, name), options)
}

/** Opens a state in memory, which is gone when it is closed. */
export async function openTemporaryState(limits: ConversationLimits): Promise<State> {
  return openStores(() => ':memory:', limits)
}

function openStores(fileOf: (name: string) => string, limits: ConversationLimits): State {
  const opened: { close(): void }[] = []
  const closeLater = <T extends { close(): void }>(store: T): T => {
    opened.push(store)
    return store
  }
  const closeAll = () => {
    for (const store of opened) store.close()
  }
  try {
    const { records, audit } = closeLater(openDeskFile(fileOf(DESK_FILE.name)))
    return {
      conversations: closeLater(openConversations(fileOf(CONVERSATIONS_FILE.name), limits)),
      feedback: closeLater(openFeedback(fileOf(FEEDBACK_FILE.name))),
      slack: closeLater(openSlackStore(fileOf(SLACK_FILE.name))),
      records,
      audit,
      webhooks: closeLater(openWebhookStore(fileOf(WEBHOOKS_FILE.name))),
      questions: closeLater(openQuestions(fileOf(QUESTIONS_FILE.name), limits)),
      requests: null,
      // A file that is damaged, or cannot be written, fails only what needs it.
      check: async () => {},
      close: async () => closeAll(),
    }
  } catch (error) {
    closeAll()
    throw error
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    // Nobody else on the machine may read conversations.
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const storage = storageError(error, folder)
    if (storage instanceof FootnoteError) throw storage
    throw new FootnoteError(
      'setting-invalid',
      `DATA_DIR is ${folder}, which is not a folder and cannot be made one. Set it to another folder.`,
      error,
    )
  }
}
