import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { isSourceFile } from './source-files.ts'

/** What is below a folder, without what is in the files. */
export interface FolderState {
  /** The paths of the folder and of all folders below it that can be read; empty where the folder is not there. */
  readonly folders: readonly string[]
  /** By its path relative to the folder, with `/` between its parts, what changes of a file whenever it is written. */
  readonly files: ReadonlyMap<string, string>
}

/**
 * Looks at every file below a folder that belongs to a document. 5,000 files take 0.1 s. Calls `onFolder` with the path of
 * each folder before it looks into it.
 */
export async function folderState(
  directory: string,
  onFolder: (folder: string) => void = () => {},
): Promise<FolderState> {
  const folders: string[] = []
  const files = new Map<string, string>()
  const look = async (folder: string, prefix: string) => {
    onFolder(folder)
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => null)
    if (!entries) return
    folders.push(folder)
    const sources = entries.filter((entry) => !entry.isDirectory() && isSourceFile(entry.name))
    const stamps = await Promise.all(sources.map(({ name }) => stampOf(path.join(folder, name))))
    sources.forEach(({ name }, i) => files.set(prefix + name, stamps[i] ?? ''))
    for (const { name } of entries.filter((entry) => entry.isDirectory())) {
      await look(path.join(folder, name), `${prefix}${name}/`)
    }
  }
  await look(directory, '')
  return { folders, files }
}

async function stampOf(file: string): Promise<string> {
  const stats = await stat(file).catch(() => null)
  if (!stats) return ''
  const { dev, ino, size, mtimeMs, ctimeMs, mode } = stats
  return [dev, ino, size, mtimeMs, ctimeMs, mode].join(' ')
}

/** What a stamp of {@link FolderState.files} says of its file: its size in bytes, and when it was changed, in ms since 1970. Null where it could not be looked at. */
export function readStamp(stamp: string): { size: number; changedAtMs: number } | null {
  const [, , size, changedAtMs] = stamp.split(' ').map(Number)
  return size === undefined || changedAtMs === undefined ? null : { size, changedAtMs }
}
