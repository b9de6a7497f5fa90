import { Hono } from 'hono'
import type { Caller } from '../access/caller.ts'
import type { DocumentList } from '../pages/document-list.ts'
import { llmsText } from '../pages/llms-text.ts'
import { openSearchDescription } from '../pages/open-search.ts'
import { publicAddress } from './public-address.ts'

/** What the routes for discovery need. */
export interface DiscoveryOptions {
  /** The URL at which people reach the server; null: the origin of the request's URL. */
  readonly publicUrl: string | null
  /** Lists the documents that somebody may see. */
  readonly listDocuments: (caller: Caller) => Promise<DocumentList>
}

/** The media type of RFC 9264, with the profile that RFC 9727 asks for. */
const LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'

/** `/llms.txt`, `/.well-known/api-catalog` and `/opensearch.xml`, which tell tools and browsers what this server offers. */
export function discoveryRoutes({ publicUrl, listDocuments }: DiscoveryOptions): Hono {
  const router = new Hono()
  router.get('/llms.txt', async (c) => {
    const address = `${publicAddress(c, publicUrl)}/`
    const { caller } = c.var
    const isKeyNeeded = !caller.may.has('ask')
    return c.text(llmsText({ address, documents: await listDocuments(caller), isKeyNeeded }))
  })
  router.get('/.well-known/api-catalog', (c) => {
    const address = `${publicAddress(c, publicUrl)}/`
    return c.body(JSON.stringify(apiCatalog(address)), 200, {
      'Content-Type': LINKSET,
      Link: `<${address}.well-known/api-catalog>; rel="api-catalog"`,
    })
  })
  router.get('/opensearch.xml', async (c) => {
    // A browser that may not ask is offered no search.
    if (!c.var.caller.may.has('ask')) return c.notFound()
    const description = await openSearchDescription(`${publicAddress(c, publicUrl)}/`)
    return c.body(String(description), 200, {
      'Content-Type': 'application/opensearchdescription+xml; charset=utf-8',
    })
  })
  return router
}

/** The API catalogue of RFC 9727: one API, with the link relations of RFC 8631. */
function apiCatalog(address: string): object {
  return {
    linkset: [
      {
        anchor: address,
        'service-desc': [{ href: `${address}openapi.json`, type: 'application/json' }],
        'service-doc': [
          { href: `${address}docs`, type: 'text/html' },
          { href: `${address}llms.txt`, type: 'text/plain' },
        ],
        status: [{ href: `${address}ready`, type: 'application/json' }],
      },
    ],
  }
}
