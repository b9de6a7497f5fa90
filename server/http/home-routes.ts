import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono } from 'hono'
import type { Caller } from '../access/caller.ts'
import { question } from '../conversation/ask-body.ts'
import type { DocumentList } from '../pages/document-list.ts'
import { type AddressedQuestion, startPage } from '../pages/start-page.ts'
import { publicAddress } from './public-address.ts'

/** The style sheets and the scripts of the pages, in `server/pages/`. */
const ASSETS = ['page.css', 'verify.css', 'desk.css', 'document.js', 'ask.js']

/** What the start page needs. */
export interface HomeOptions {
  /** The URL at which people reach the server; null: the origin of the request's URL. */
  readonly publicUrl: string | null
  /** Lists the documents that somebody may see. */
  readonly listDocuments: (caller: Caller) => Promise<DocumentList>
}

/** `/`, and the files under `/assets/` that pages load. */
export function homeRoutes({ publicUrl, listDocuments }: HomeOptions): Hono {
  const router = new Hono()
  for (const asset of ASSETS) {
    const path = fileURLToPath(new URL(`../pages/${asset}`, import.meta.url))
    router.get(`/assets/${asset}`, serveStatic({ path }))
  }
  router.get('/', async (c) => {
    // The page for the address bar asks at once, so no cache may give it to a link of another page.
    c.header('Vary', 'Sec-Fetch-Site')
    return c.html(
      startPage({
        address: `${publicAddress(c, publicUrl)}/`,
        documents: await listDocuments(c.var.caller),
        mayAsk: c.var.caller.may.has('ask'),
        question: addressedQuestion(c),
      }),
    )
  })
  return router
}

/**
 * The question in `/?question=…`. It is asked at once only where a person typed the address, chose a bookmark, or searched
 * from the address bar: browsers then send `Sec-Fetch-Site: none`. A link of another page only fills the field, so that no
 * page can make people's browsers ask. At worst, an address that a person typed redirects here, and one question is asked.
 */
function addressedQuestion(c: Context): AddressedQuestion | null {
  const { data: text } = question.safeParse(c.req.query('question'))
  if (text === undefined) return null
  return { text, isAskedAtOnce: c.req.header('Sec-Fetch-Site') === 'none' }
}
