import path from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { openDeskApi, type OpenDeskApiOptions } from './open-desk-api.ts'
import { temporaryFolder, writeFiles } from './temporary.ts'

/** How long an effect may take. It takes a second, where nothing else runs. */
const LIMIT = { timeout: 30_000, interval: 50 }

export interface DeskApiOptions extends Omit<OpenDeskApiOptions, 'documents' | 'data'> {
  readonly files?: Readonly<Record<string, string | Uint8Array>>
}

const listed = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      file: z.string(),
      state: z.string(),
      change: z.string().nullable(),
      problem: z.string().nullable(),
      collection: z.string().nullable(),
      documentId: z.string().nullable(),
    }),
  ),
  total: z.number(),
  pages: z.number(),
  counts: z.record(z.string(), z.number()),
  changes: z.looseObject({}),
})

/** The desk's routes of documents on a real socket, over a new folder with these files, until the test ends. */
export async function serveDeskApi({
  files = { 'owls.txt': 'Owls fly.' },
  ...options
}: DeskApiOptions = {}) {
  const parent = await temporaryFolder()
  const documents = path.join(parent, 'documents')
  const data = path.join(parent, 'data')
  await writeFiles(documents, files)
  const opened = await openDeskApi({ ...options, documents, data })
  const { url, service } = opened
  let closing: Promise<void> | undefined
  const close = () => (closing ??= opened.close())
  onTestFinished(close)
  const api = `${url}/desk/api`
  const list = async (query = '', headers: Record<string, string> = {}) =>
    listed.parse(await (await fetch(`${api}/documents${query}`, { headers })).json())
  return {
    ...opened,
    api,
    documents,
    data,
    at: (name: string) => path.join(documents, name),
    close,
    list,
    /** The desk's id of a file. */
    idOf: async (file: string) => {
      const found = (await list()).items.find((item) => item.file === file)
      return found?.id ?? 'unknown'
    },
    /** Waits until these documents are served, and no others: their texts by id. */
    expectServed: (expected: Readonly<Record<string, unknown>>) =>
      vi.waitFor(async () => {
        const ids = (await service.documents()).map(({ id }) => id)
        const texts = await Promise.all(ids.map(async (id) => (await service.document(id)).text))
        const served = Object.fromEntries(ids.map((id, i) => [id, texts[i]]))
        if (JSON.stringify(served) !== JSON.stringify(expected)) {
          throw new Error(`served are ${JSON.stringify(served)}`)
        }
      }, LIMIT),
    /** Waits until no file waits, and gives all. */
    settled: async () =>
      vi.waitFor(async () => {
        const { items, counts } = await list()
        if (counts['waiting'] !== 0) throw new Error(`waits: ${JSON.stringify(items)}`)
        return items
      }, LIMIT),
  }
}
