import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { DocumentEntry } from '../../server/desk-app/shapes.ts'
import { problemError } from '../../server/http/problem.ts'
import { HOSTILE } from './serve-words.ts'

/** What the stand-in for the API of the desk has. Tests read and change it. */
export interface DeskData {
  documents: DocumentEntry[]
  readonly uploads: Map<string, StandInUpload>
}

interface StandInUpload {
  readonly metadata: Readonly<Record<string, string>>
  readonly length: number
  bytes: Buffer
}

const PAGE = 20

export function newDeskData(): DeskData {
  const entry = { collection: null, format: 'PDF', pages: 12, state: 'read', reason: null } as const
  const numbered = Array.from({ length: 25 }, (_, index) => ({
    ...entry,
    id: `minutes-${index + 1}`,
    title: `Minutes of meeting ${index + 1}`,
    name: `minutes/minutes-${index + 1}.pdf`,
    collection: 'minutes',
  }))
  return {
    documents: [
      { ...entry, id: 'handbook', title: 'Handbook', name: 'handbook.pdf', pages: 84 },
      {
        ...entry,
        id: 'scan',
        title: 'scan.pdf',
        name: 'scan.pdf',
        state: 'failed',
        reason: 'Its pages are pictures without text. Read them by OCR first, then send the file again.',
      },
      { ...entry, id: 'hostile', title: HOSTILE, name: `${'x'.repeat(90)}.md`, format: 'Markdown', pages: null },
      ...numbered,
    ],
    uploads: new Map(),
  }
}

/** The routes below `/desk/api/`, with the data in memory. */
export function deskApi(data: DeskData): Hono {
  const app = new Hono().basePath('/desk/api')
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse()
    throw error
  })
  addDocuments(app, data)
  addUploads(app, data)
  return app
}

function addDocuments(app: Hono, data: DeskData): void {
  app.get('/documents', (c) => {
    const { search = '', state = '', collection = '', page = '1' } = c.req.query()
    const found = data.documents.filter(
      (document) =>
        `${document.title} ${document.name}`.toLowerCase().includes(search.toLowerCase()) &&
        (state === '' || document.state === state) &&
        (collection === '' || document.collection === collection),
    )
    return c.json(paged(found, Number(page)))
  })
  app.get('/collections', (c) => {
    const names = data.documents.flatMap(({ collection }) => (collection === null ? [] : [collection]))
    return c.json({ collections: [...new Set(names)].toSorted() })
  })
  app.post('/documents/:id/collection', async (c) => {
    const { collection } = await c.req.json<{ collection: string | null }>()
    const id = c.req.param('id')
    data.documents = data.documents.map((document) =>
      document.id === id ? Object.assign({}, document, { collection }) : document,
    )
    return c.body(null, 204)
  })
  app.delete('/documents/:id', (c) => {
    const left = data.documents.filter(({ id }) => id !== c.req.param('id'))
    if (left.length === data.documents.length) throw problemError(404, 'There is no such document.')
    data.documents = left
    return c.body(null, 204)
  })
}

/** The core of the tus protocol, with creation and termination. */
function addUploads(app: Hono, data: DeskData): void {
  const { uploads } = data
  const find = (id: string) => {
    const upload = uploads.get(id)
    if (!upload) throw problemError(404, 'There is no such upload.')
    return upload
  }
  app.use('/uploads/*', async (c, next) => {
    await next()
    c.header('Tus-Resumable', '1.0.0')
  })
  app.post('/uploads', (c) => {
    const metadata = readMetadata(c.req.header('Upload-Metadata') ?? '')
    const isTaken = data.documents.some(({ name }) => name === metadata.filename)
    if (isTaken && metadata.replace !== 'true') {
      throw problemError(409, `There is a document ${metadata.filename} already.`)
    }
    const id = String(uploads.size + 1)
    const length = Number(c.req.header('Upload-Length'))
    uploads.set(id, { metadata, length, bytes: Buffer.alloc(0) })
    return c.body(null, 201, { Location: `/desk/api/uploads/${id}` })
  })
  app.on('HEAD', '/uploads/:id', (c) => {
    const { bytes, length } = find(c.req.param('id'))
    return c.body(null, 200, {
      'Upload-Offset': String(bytes.length),
      'Upload-Length': String(length),
    })
  })
  app.patch('/uploads/:id', async (c) => {
    const upload = find(c.req.param('id'))
    if (Number(c.req.header('Upload-Offset')) !== upload.bytes.length) {
      throw problemError(409, 'The server has another length of this file.')
    }
    upload.bytes = Buffer.concat([upload.bytes, Buffer.from(await c.req.arrayBuffer())])
    if (upload.bytes.length === upload.length) takeDocument(data, upload)
    return c.body(null, 204, { 'Upload-Offset': String(upload.bytes.length) })
  })
  app.delete('/uploads/:id', (c) => c.body(null, uploads.delete(c.req.param('id')) ? 204 : 404))
}

function takeDocument(data: DeskData, { metadata }: StandInUpload): void {
  const { filename = '', collection = null } = metadata
  data.documents = [
    {
      id: filename,
      title: filename,
      name: filename,
      collection,
      format: 'Text',
      pages: null,
      state: 'waiting',
      reason: null,
    },
    ...data.documents.filter(({ name }) => name !== filename),
  ]
}

function readMetadata(header: string): Record<string, string> {
  const pairs = header.split(',').map((pair) => pair.trim().split(' '))
  const decoded = pairs.map(([name = '', value = '']) => [
    name,
    Buffer.from(value, 'base64').toString(),
  ])
  return Object.fromEntries(decoded)
}

function paged<Entry>(all: readonly Entry[], page: number) {
  const items = all.slice((page - 1) * PAGE, page * PAGE)
  return { items, total: all.length, page, pages: Math.max(Math.ceil(all.length / PAGE), 1) }
}
