import type { Context, MiddlewareHandler } from 'hono'
import { accepts } from 'hono/accepts'
import { type Html, messagePage } from '../pages/page.ts'
import { type DraftForm, EMPTY_FORM, verifiedPage, verifyFormPage } from '../pages/verify-page.ts'
import { MAX_DRAFT, verifyBody } from '../verification/verify-schema.ts'
import { contentPolicy } from './headers.ts'
import { limitBodyTo } from './json-body.ts'
import { clientSignal, setHeaders } from './node.ts'
import { detailOf, problemError } from './problem.ts'
import type { ServiceEnv } from './router.ts'

/**
 * The size of a form, in KiB. The longest draft has at most 235 KiB, 12 bytes for each character (an emoji is "%F0%9F%98%80").
 * The rest is for longer drafts: they come back in the field, so that their writers can shorten them.
 */
export const MAX_FORM_KIB = 512

const HEADERS = {
  ...contentPolicy({ hasForm: true }),
  // With `no-referrer`, which other pages have, a browser sends `Origin: null` with a form, and the origin guard refuses it.
  'Referrer-Policy': 'same-origin',
}

const KEY_NEEDED = messagePage(
  'A key is needed to verify drafts',
  'This server verifies drafts only for those who have a key, and a browser cannot send one with a page. Send the draft to POST /verify with your key, as the API describes, or ask the operator of this server to allow questions without a key (PUBLIC_ROUTES).',
)

/**
 * Middleware that sets the headers of the page at `/verify`, and gives people a page in place of a problem, with their draft still
 * in the field. It must come before the routes and before the checks of keys and rates.
 */
export function verifyPages(): MiddlewareHandler {
  const limited = limitBodyTo(MAX_FORM_KIB)
  return async (c, next) => {
    // `GET /verify` gives the page whatever a client accepts.
    if (c.req.method === 'GET' || isForm(c)) setHeaders(c, HEADERS)
    if (!isForPage(c)) return next()
    const refused = await limited(c, next)
    if (refused instanceof Response) c.res = refused
    const detail = await detailOf(c.res)
    if (detail === null) return undefined
    const { status } = c.res
    const body = String(await problemPage(c, status, detail))
    const headers = { 'Content-Type': 'text/html; charset=UTF-8' }
    c.res = new Response(body, { status, headers })
    return undefined
  }
}

/** The page with an empty form. */
export function formPage(): Html {
  return verifyFormPage(EMPTY_FORM)
}

/** The page with the draft that was sent, marked. Rejects with a problem if the draft is empty or too long. */
export async function verifiedFormPage(c: Context<ServiceEnv>): Promise<Response> {
  const form = await readForm(c)
  const { text, similar } = form
  if (text.trim() === '') throw problemError(400, 'The field is empty. Paste a draft into it.')
  const { length } = Array.from(text)
  if (length > MAX_DRAFT) throw problemError(400, tooLong(length))
  const { threshold } = verifyBody.parse({ text, ...(!similar && { threshold: 1 }) })
  const draft = { text, documentIds: null, threshold }
  const sentences = await c.var.service.verify(draft, { signal: clientSignal(c) })
  return c.html(verifiedPage(form, sentences))
}

/** Whether a request comes from a form. */
export function isForm(c: Context): boolean {
  return /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(c.req.header('Content-Type') ?? '')
}

function isForPage(c: Context): boolean {
  if (c.req.method === 'POST') return isForm(c)
  const supports = ['text/html', 'application/json']
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/html'
}

async function readForm(c: Context): Promise<DraftForm> {
  const { text, similar } = await c.req.parseBody()
  // A form sends line breaks as CR LF, and the field counts each as one character.
  const draft = typeof text === 'string' ? text.replace(/\r\n?/g, '\n') : ''
  return { text: draft, similar: similar !== undefined }
}

async function problemPage(c: Context, status: number, detail: string): Promise<Html> {
  switch (status) {
    case 401:
      return KEY_NEEDED
    case 413:
      return verifyFormPage(
        EMPTY_FORM,
        `The draft is far too long: ${count(MAX_DRAFT)} characters are the most. Go back in your browser to find it, and send a part of it.`,
      )
    default: {
      const form = c.req.method === 'POST' ? await readForm(c) : EMPTY_FORM
      const isKept = form.text !== '' && status !== 400
      const next = ' The draft is still in the field. Wait a moment, then press “Verify” again.'
      return verifyFormPage(form, isKept ? detail + next : detail)
    }
  }
}

function tooLong(length: number): string {
  return `The draft has ${count(length)} characters, and ${count(MAX_DRAFT)} are the most. Shorten it, or verify it in parts.`
}

function count(characters: number): string {
  return characters.toLocaleString('en')
}
