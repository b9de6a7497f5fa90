import { type Caller, rightsOf } from '../../server/access/caller.ts'
import { Hono } from 'hono'
import { onTestFinished } from 'vitest'
import { deskPages, SIGN_IN_HEADERS } from '../../server/http/desk-pages.ts'
import { securityHeaders } from '../../server/http/headers.ts'
import { homeRoutes } from '../../server/http/home-routes.ts'
import { setHeaders } from '../../server/http/node.ts'
import { signInPage } from '../../server/pages/sign-in-page.ts'
import { listen } from '../../server/http/listen.ts'
import { type DeskData, deskApi, newDeskData } from './desk-api.ts'

/** The pages of the desk with a stand-in for its API, on a real socket until the test ends. */
export async function serveDesk(): Promise<{ readonly url: string; readonly data: DeskData }> {
  const data = newDeskData()
  const server = await listen(deskApp(data), { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.stop())
  return { url: server.url, data }
}

const ANN: Caller = {
  id: 'key ann',
  name: 'Ann',
  may: rightsOf(['ask', 'verify', 'desk']),
  collections: null,
}

/** The same as an app without a socket. */
export function deskApp(data: DeskData): Hono {
  const app = new Hono()
  app.use(securityHeaders())
  app.use(async (c, next) => {
    c.set('caller', ANN)
    await next()
  })
  app.route(
    '/',
    homeRoutes({
      publicUrl: null,
      listDocuments: () => Promise.resolve({ listed: [], problems: [] }),
    }),
  )
  app.route(
    '/',
    deskPages(() => 'Ann'),
  )
  app.get('/sign-in', (c) => {
    const { problem = null, next = '/desk' } = c.req.query()
    setHeaders(c, SIGN_IN_HEADERS)
    return c.html(signInPage({ problem, next }))
  })
  app.route('/', deskApi(data))
  return app
}
