import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { compress } from 'hono/compress'
import { type DocumentPage, documentPage } from '../pages/document-page.ts'
import { messagePage } from '../pages/page.ts'
import { startPage } from '../pages/start-page.ts'
import { rangeQuery } from './schemas.ts'
import type { Service } from '../service.ts'

const ASSETS = ['page.css', 'document.js']

export interface PageOptions {
  /** Null until everything is loaded. */
  readonly service: () => Service | null
  /** Where people reach the server; null: where they reached it now. */
  readonly publicUrl: string | null
  /** Whether keys are asked for, which pages have not. */
  readonly keyed: boolean
}

/** `/` and what pages are made with. `/documents/{id}` is a page too, for those who do not ask for JSON. */
export function addPageRoutes(app: OpenAPIHono, { service, publicUrl, keyed }: PageOptions): void {
  for (const asset of ASSETS) {
    const path = fileURLToPath(new URL(`../pages/${asset}`, import.meta.url))
    app.get(`/assets/${asset}`, serveStatic({ path }))
  }

  app.get('/', async (c) => {
    const documents = keyed
      ? { hidden: 'They are listed for those who have a key.' }
      : ((await service()?.index.use((store) => store.documents())) ?? {
          hidden: 'They are still being read. Load this page again in a moment.',
        })
    return c.html(startPage({ address: `${publicUrl ?? new URL(c.req.url).origin}/`, documents }))
  })

  app.get('/documents/:id', compress(), async (c, next) => {
    c.header('Vary', 'Accept', { append: true })
    const supports = ['text/html', 'application/json']
    const accepted = accepts(c, { header: 'Accept', supports, default: 'either' })
    if (accepted === 'application/json') return next()
    const found = await findDocument(service(), c.req.param('id'))
    if (found) return c.html(documentPage({ ...found, ...readRange(c, found.document.characters) }))
    // Whoever does not ask for a page is told what is wrong as the API does.
    if (accepted !== 'text/html') return next()
    if (service()) return c.html(NO_DOCUMENT, 404)
    return c.html(NOT_READY, 503, { 'Retry-After': '1' })
  })
}

const NO_DOCUMENT = messagePage('No such document', 'There is no document at this address.')
const NOT_READY = messagePage(
  'Not ready',
  'The documents are still being read. Load this page again in a moment.',
)

async function findDocument(service: Service | null, id: string) {
  return service?.index.use(async (store) => {
    const document = await store.document(id)
    return document && { document, outline: await store.outline(id) }
  })
}

/** What a link to a document asks to be highlighted, or what is wrong with that. */
function readRange(c: Context, characters: number): Pick<DocumentPage, 'quote' | 'notice'> {
  const { success, data } = rangeQuery.safeParse(c.req.query())
  const { start, end } = data ?? {}
  if (success && (start === undefined || end === undefined)) return { quote: null, notice: null }
  if (start !== undefined && end !== undefined && end <= characters) {
    return { quote: { start, end }, notice: null }
  }
  const notice = `The link to this page names no place in it: start and end go from 0 to ${characters}, end after start.`
  return { quote: null, notice }
}
