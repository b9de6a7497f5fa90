import { randomUUID } from 'node:crypto'
import type { RecordStore } from '../state/state.ts'
import { keptVouchedAnswer, type KeptVouchedAnswer, type VouchedAnswer } from './vouched-answer.ts'

/** All vouched answers as they were at one time. */
export interface VouchedSnapshot {
  /** Differs between two snapshots with different answers. */
  readonly version: number
  /** The oldest first. */
  readonly answers: readonly VouchedAnswer[]
}

/** The vouched answers. Every method rejects as those of `RecordStore` do. */
export class VouchedAnswers {
  readonly #records: RecordStore
  #read: VouchedSnapshot = { version: 0, answers: [] }

  constructor(records: RecordStore) {
    this.#records = records
  }

  /** All of them as they are now: the same object until one changes. */
  async current(): Promise<VouchedSnapshot> {
    // The version is asked first: a change between the two calls is read again next time.
    const version = await this.#records.version('vouched')
    if (version !== this.#read.version) {
      const kept = await this.#records.all('vouched')
      this.#read = { version, answers: kept.map(({ id, json }) => parse(id, json)) }
    }
    return this.#read
  }

  /** The one with this id; null where there is none. */
  async find(id: string): Promise<VouchedAnswer | null> {
    const json = await this.#records.find('vouched', id)
    return json === null ? null : parse(id, json)
  }

  /** Keeps a new one, and gives it with its id. */
  async add(answer: KeptVouchedAnswer): Promise<VouchedAnswer> {
    const id = randomUUID()
    await this.#records.add('vouched', { id, json: JSON.stringify(answer) })
    return { id, ...answer }
  }

  /** Puts another answer in the place of one; null where there is none with this id. */
  async replace(id: string, answer: KeptVouchedAnswer): Promise<VouchedAnswer | null> {
    const isThere = await this.#records.replace('vouched', { id, json: JSON.stringify(answer) })
    return isThere ? { id, ...answer } : null
  }

  /** Removes one; false where there is none with this id. */
  remove(id: string): Promise<boolean> {
    return this.#records.remove('vouched', id)
  }
}

function parse(id: string, json: string): VouchedAnswer {
  return { id, ...keptVouchedAnswer.parse(JSON.parse(json)) }
}
