import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import type { RecordStore } from '../state/state.ts'
import {
  type Caller,
  KEY_RIGHTS,
  type KeyRight,
  rightsOf,
  type VisibleCollections,
} from './caller.ts'

const storedKey = z.object({
  name: z.string(),
  may: z.array(z.enum(KEY_RIGHTS)),
  collections: z.array(z.string()).nullable(),
  createdAtMs: z.int(),
  expiresAtMs: z.int().nullable(),
  revokedAtMs: z.int().nullable(),
  /** The SHA-256 of the key in hexadecimal digits. */
  hash: z.string(),
})

type StoredKey = z.infer<typeof storedKey>

/** A key, without the secret that only its holder has. */
export interface Key extends Omit<StoredKey, 'hash'> {
  /** Names the key in lists and commands. It is a part of the key, and opens nothing. */
  readonly id: string
}

/** What a new key is for. */
export interface NewKey {
  /** Whom it is for, as people read it. */
  readonly name: string
  readonly may: readonly KeyRight[]
  readonly collections: VisibleCollections
  /** Null: it does not expire. */
  readonly expiresAtMs: number | null
}

/** The lengths of both parts of a key, in bytes: the id must differ from others, and the secret must not be guessed. */
const ID_BYTES = 4
const SECRET_BYTES = 32

/** `fn_`, the id, and the secret. */
const KEY = /^fn_([\da-f]{8})[\w-]{43}$/

/** The keys that are kept, with their rights. A revoked one stays in the list. */
export class Keys {
  readonly #records: RecordStore

  constructor(records: RecordStore) {
    this.#records = records
  }

  /** Creates a key. The text that its holder sends is given here only: what is kept is its hash. */
  async create(given: NewKey): Promise<{ readonly key: Key; readonly token: string }> {
    const id = randomBytes(ID_BYTES).toString('hex')
    const token = `fn_${id}${randomBytes(SECRET_BYTES).toString('base64url')}`
    const key: StoredKey = {
      ...given,
      may: [...given.may],
      collections: given.collections && [...given.collections],
      createdAtMs: Date.now(),
      revokedAtMs: null,
      hash: hashOf(token).toString('hex'),
    }
    const isNew = await this.#records.add('key', { id, json: JSON.stringify(key) })
    // Of 10,000 keys, two have the same id with a chance of 1 in 90.
    return isNew ? { key: withoutHash(id, key), token } : this.create(given)
  }

  /** All keys, the oldest first. */
  async list(): Promise<Key[]> {
    const records = await this.#records.all('key')
    return Array.from(records, ({ id, json }) => withoutHash(id, readKey(json)))
  }

  /** Revokes a key: it opens nothing from now on, at any server. Throws `key-unknown`. */
  async revoke(id: string): Promise<Key> {
    const json = await this.#records.find('key', id)
    if (json === null) {
      const message = `There is no key with the id ${id}. "npm run keys -- list" shows all.`
      throw new FootnoteError('key-unknown', message)
    }
    const key = readKey(json)
    const revoked = { ...key, revokedAtMs: key.revokedAtMs ?? Date.now() }
    await this.#records.replace('key', { id, json: JSON.stringify(revoked) })
    return withoutHash(id, revoked)
  }

  /** Whether a key was ever created. From then on, requests need one. */
  async exist(): Promise<boolean> {
    return (await this.#records.version('key')) > 0
  }

  /** Who sends a key; null where it is no key, has expired, or was revoked. */
  async callerWith(token: string): Promise<Caller | null> {
    const id = keyIdOf(token)
    const key = id === null ? null : await this.#find(id)
    if (!key || !timingSafeEqual(Buffer.from(key.hash, 'hex'), hashOf(token))) return null
    return callerOf(key)
  }

  /** Who has signed in with the key of this id; null where it has expired or was revoked. */
  async callerOf(id: string): Promise<Caller | null> {
    const key = await this.#find(id)
    return key && callerOf(key)
  }

  async #find(id: string): Promise<(StoredKey & { readonly id: string }) | null> {
    const json = await this.#records.find('key', id)
    return json === null ? null : { ...readKey(json), id }
  }
}

/** The id of the key that a token is of; null where it has not the form of a key. */
export function keyIdOf(token: string): string | null {
  return KEY.exec(token)?.[1] ?? null
}

/** What is wrong with a key now; null where it is valid. */
export function keyState({
  expiresAtMs,
  revokedAtMs,
}: Pick<Key, 'expiresAtMs' | 'revokedAtMs'>): 'expired' | 'revoked' | null {
  if (revokedAtMs !== null) return 'revoked'
  return expiresAtMs !== null && expiresAtMs <= Date.now() ? 'expired' : null
}

function callerOf(key: StoredKey & { readonly id: string }): Caller | null {
  if (keyState(key) !== null) return null
  const { id, name, may, collections } = key
  return { id: `key ${id}`, name, may: rightsOf(may, collections), collections }
}

function readKey(json: string): StoredKey {
  return storedKey.parse(JSON.parse(json))
}

function withoutHash(id: string, key: StoredKey): Key {
  const { name, may, collections, createdAtMs, expiresAtMs, revokedAtMs } = key
  return { id, name, may, collections, createdAtMs, expiresAtMs, revokedAtMs }
}

function hashOf(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
