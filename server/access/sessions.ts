import type { Caller } from './caller.ts'
import { type Keys, keyIdOf } from './keys.ts'
import type { Signatures } from './signatures.ts'

/** How long somebody stays signed in, in ms: a day at work. */
export const SESSION_MS = 12 * 3_600_000

const PURPOSE = 'session'

/** Signs in with a key: gives the text of the session's cookie; null where the key is not valid. */
export async function beginSession(
  token: string,
  keys: Keys,
  signatures: Signatures,
): Promise<string | null> {
  const id = keyIdOf(token)
  if (id === null || !(await keys.callerWith(token))) return null
  const signed = `${id}.${Date.now() + SESSION_MS}`
  return `${signed}.${signatures.sign(PURPOSE, signed)}`
}

/** Who is signed in; null where the session has ended, or its key has expired or was revoked. */
export async function callerOfSession(
  session: string,
  keys: Keys,
  signatures: Signatures,
): Promise<Caller | null> {
  const [id = '', expires = '', signature = ''] = session.split('.')
  if (!signatures.isSigned(PURPOSE, `${id}.${expires}`, signature)) return null
  return Number(expires) > Date.now() ? keys.callerOf(id) : null
}
