import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { type DetailedError, Upload, type UploadOptions } from 'tus-js-client'
import { describe, expect, test } from 'vitest'
import { docxOf } from '../../support/office-files.ts'
import { serveDeskApi } from '../../support/serve-desk-api.ts'

type Desk = Awaited<ReturnType<typeof serveDeskApi>>

type Metadata = Readonly<Record<string, string>>

/** Sends a file as clients do; gives the status and the text of the response that ended it, or `taken`. */
function send(
  { endpoint }: Pick<Desk, 'endpoint'>,
  content: string | Buffer | Readable,
  metadata: Metadata,
  options: Partial<UploadOptions> = {},
): Promise<string> {
  return new Promise((resolve) => {
    const upload = new Upload(typeof content === 'string' ? Buffer.from(content) : content, {
      endpoint,
      metadata: { ...metadata },
      retryDelays: null,
      onSuccess: () => resolve('taken'),
      onError: (error) => resolve(reasonOf(error)),
      ...options,
    })
    upload.start()
  })
}

function reasonOf(error: Error | DetailedError): string {
  const response = 'originalResponse' in error ? error.originalResponse : null
  if (!response) return error.message
  const body: { detail?: string } = JSON.parse(response.getBody() || '{}')
  return `${response.getStatus()} ${body.detail}`
}

/** Everything below a folder, hidden files too. */
async function allIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted()
}

const partsOf = ({ data }: Desk) => allIn(path.join(data, 'uploads'))

describe('an upload', () => {
  test('becomes a document that is answered from, without a restart', async () => {
    const desk = await serveDeskApi()
    expect(await send(desk, 'Cats purr.', { filename: 'Cats.txt' })).toBe('taken')
    await desk.expectServed({ cats: 'Cats purr.', owls: 'Owls fly.' })
    const { answer } = await desk.service.ask({ question: 'Do cats purr?' })
    expect(answer.quotes[0]?.text).toBe('Cats purr.')
  })
})
