import { type LinkTo, quoteUrl } from '../answer/quote-url.ts'
import type { Signatures } from './signatures.ts'

const DAY_MS = 24 * 3_600_000

const PURPOSE = 'document'

/** What a signed link has besides its place: it opens one document until it expires. */
export interface LinkSignature {
  /** In days since 1970: the link opens the document until this day begins, in UTC. */
  readonly expires: number
  readonly signature: string
}

/** Links that open a document for people without a key, for `ttlMs` or up to a day longer. The same place has the same link all day. */
export function signedLinks(signatures: Signatures, ttlMs: number): LinkTo {
  return (place) => {
    const expires = Math.ceil((Date.now() + ttlMs) / DAY_MS)
    const signature = signatures.sign(PURPOSE, textOf(place.documentId, expires))
    return `${quoteUrl(place)}&${linkQuery({ expires, signature })}`
  }
}

/** The part of an address that has the signature. */
export function linkQuery({ expires, signature }: LinkSignature): string {
  return `expires=${expires}&signature=${signature}`
}

/** Whether a link opens this document now. */
export function opensDocument(
  documentId: string,
  { expires, signature }: LinkSignature,
  signatures: Signatures,
): boolean {
  if (expires * DAY_MS <= Date.now()) return false
  return signatures.isSigned(PURPOSE, textOf(documentId, expires), signature)
}

function textOf(documentId: string, expires: number): string {
  return `${expires} ${documentId}`
}
