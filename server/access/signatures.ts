import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { RecordStore } from '../state/state.ts'

/** Signs texts, and verifies what it signed. `purpose` keeps what was signed for one thing from being used for another. */
export interface Signatures {
  sign(purpose: string, text: string): string
  isSigned(purpose: string, text: string, signature: string): boolean
}

const SECRET_BYTES = 32

/** The id of the record with the secret. */
const SECRET_ID = 'signatures'

/**
 * The signatures of this installation: HMAC with SHA-256, in base64url, by a secret that all servers with the same state share. The
 * first one that needs it makes it.
 */
async function openSignatures(records: RecordStore): Promise<Signatures> {
  const kept = await records.find('secret', SECRET_ID)
  if (kept !== null) return signaturesWith(kept)
  await records.add('secret', { id: SECRET_ID, json: newSecret() })
  return openSignatures(records)
}

/** Gives a function that opens the signatures when they are first needed. A failure is tried again. */
export function signaturesWhenNeeded(records: RecordStore): () => Promise<Signatures> {
  let opened: Signatures | null = null
  return async () => {
    opened ??= await openSignatures(records)
    return opened
  }
}

function newSecret(): string {
  return JSON.stringify(randomBytes(SECRET_BYTES).toString('base64url'))
}

function signaturesWith(secret: string): Signatures {
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([purpose, text]))
      .digest()
  return {
    sign: (purpose, text) => sign(purpose, text).toString('base64url'),
    isSigned: (purpose, text, signature) => {
      const given = Buffer.from(signature, 'base64url')
      const right = sign(purpose, text)
      return given.length === right.length && timingSafeEqual(given, right)
    },
  }
}
