import { copyFile, link, lstat, rename, rm } from 'node:fs/promises'
import { FootnoteError } from '../../index/errors.ts'
import { syncFile } from '../../index/files.ts'

/** What the system says where a disk, or what a user may have of it, is full. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What the system says where files may not be written. */
const CLOSED = new Set(['EACCES', 'EPERM', 'EROFS'])

/** What the system says where a file system has no second names for files. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** Runs work on files. Throws `space-short` where the disk is full, and `documents-closed` where files may not be written. */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = codeOf(error)
    if (FULL.has(code)) {
      const message =
        'The disk of the server is full. Ask the operator to make room, then try again.'
      throw new FootnoteError('space-short', message, error)
    }
    if (CLOSED.has(code)) {
      const message = 'The server may not write its documents folder. Nothing was changed.'
      throw new FootnoteError('documents-closed', message, error)
    }
    throw error
  }
}

/** Moves a file whose bytes are on the disk already, also to another file system. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    try {
      await copyFile(from, to)
      await syncFile(to)
    } catch (failure) {
      await rm(to, { force: true })
      throw failure
    }
    await rm(from)
  }
}

/** Gives a file another name in its file system; false, and nothing is changed, where there is something of that name. */
export async function renameToNew(from: string, to: string): Promise<boolean> {
  try {
    // Unlike a renaming, it never replaces anything.
    await link(from, to)
    await rm(from)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return false
    if (!WITHOUT_LINKS.has(code)) throw error
  }
  if (await isThere(to)) return false
  await rename(from, to)
  return true
}

/** Whether there is anything of this name, also a link that leads nowhere. */
async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  )
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
