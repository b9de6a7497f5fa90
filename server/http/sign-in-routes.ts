import { type Context, Hono } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { beginSession, SESSION_MS } from '../access/sessions.ts'
import { signInPage } from '../pages/sign-in-page.ts'
import { SIGN_IN_HEADERS } from './desk-pages.ts'
import { SESSION_COOKIE } from './identify.ts'
import { limitBody } from './json-body.ts'
import { setHeaders } from './node.ts'
import { type FindService, notReady } from './router.ts'

/** Where people go after they have signed in, if they came from no page of this server. */
const START = '/'

/**
 * `/sign-in`, where people give their key once for the pages of this server, and `/sign-out`. The cookie of a session has no key in
 * it, goes to no other site, and no script reads it.
 */
export function signInRoutes(findService: FindService): Hono {
  const router = new Hono()
  router.use('/sign-in', async (c, next) => {
    setHeaders(c, SIGN_IN_HEADERS)
    return next()
  })
  router.get('/sign-in', (c) =>
    c.html(signInPage({ next: pathOf(c.req.query('next')), problem: null })),
  )
  router.post('/sign-in', limitBody, async (c) => {
    const service = findService()
    if (!service) throw notReady()
    const { key, next } = await c.req.parseBody()
    const target = pathOf(next)
    const session =
      typeof key === 'string'
        ? await beginSession(key.trim(), service.keys, await service.signatures())
        : null
    if (session === null) {
      const problem =
        'This is no valid key. It may have expired or been revoked: ask the operator of this server.'
      return c.html(signInPage({ next: target, problem }), 401)
    }
    setCookie(c, SESSION_COOKIE, session, {
      path: '/',
      httpOnly: true,
      sameSite: 'Strict',
      secure: isEncrypted(c),
      maxAge: SESSION_MS / 1000,
    })
    return c.redirect(target, 303)
  })
  router.post('/sign-out', (c) => {
    deleteCookie(c, SESSION_COOKIE, { path: '/' })
    return c.redirect('/sign-in', 303)
  })
  return router
}

/** Whether the browser asked by https, as far as its `Origin` says. A proxy that ends TLS passes this header on. */
function isEncrypted(c: Context): boolean {
  return c.req.header('Origin')?.startsWith('https:') ?? false
}

/** A path of this server. Anything else becomes the start page, so that no link leads people elsewhere. */
function pathOf(to: unknown): string {
  const base = 'http://footnote.invalid'
  if (typeof to !== 'string' || !URL.canParse(to, base)) return START
  const { origin, pathname, search } = new URL(to, base)
  // A browser takes "//host" for another server, and "/.//host" becomes that.
  const isHere = origin === base && to.startsWith('/') && !pathname.startsWith('//')
  return isHere ? pathname + search : START
}
