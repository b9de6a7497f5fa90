import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import { DEFAULT_MIN_CONFIDENCE } from '../answer/confidence.ts'
import type { State } from '../state/state.ts'

/** The id of the record that has the threshold. */
export const THRESHOLD_ID = 'threshold'

/** How long a threshold that was read is used without a look whether somebody set another one, in ms. */
const FRESH_MS = 1000

const keptThreshold = z.object({
  value: z.number().min(0).max(1),
  by: z.string(),
  /** In ms since 1970. */
  atMs: z.number(),
})

/** A threshold that somebody chose at the desk. */
export type ChosenThreshold = z.infer<typeof keptThreshold>

/** The threshold that answers need now, and who set it. */
export interface ThresholdInUse {
  /** 0 to 1. */
  readonly value: number
  readonly from: 'default' | 'desk' | 'settings'
  /** Who chose it at the desk, and when; null where nobody did, or the settings have another one. */
  readonly chosen: ChosenThreshold | null
}

/**
 * The confidence that answers need: that of the settings, or else the one chosen at the desk, or else the default. Every method
 * rejects as those of `RecordStore` do.
 */
export class Threshold {
  readonly #state: Pick<State, 'records' | 'audit'>
  readonly #ofSettings: number | null
  #version = 0
  #chosen: ChosenThreshold | null = null
  #reading: Promise<ChosenThreshold | null> | null = null
  #readAtMs = -Infinity

  /** `ofSettings` is null where the settings have none. */
  constructor(state: Pick<State, 'records' | 'audit'>, ofSettings: number | null) {
    this.#state = state
    this.#ofSettings = ofSettings
  }

  /** The threshold for a question that is asked now: one that another server set counts here within a second. */
  async current(): Promise<number> {
    return (await this.inUse()).value
  }

  /** The same with who set it. */
  async inUse(): Promise<ThresholdInUse> {
    if (this.#ofSettings !== null) {
      return { value: this.#ofSettings, from: 'settings', chosen: null }
    }
    const chosen = await this.#read()
    return chosen
      ? { value: chosen.value, from: 'desk', chosen }
      : { value: DEFAULT_MIN_CONFIDENCE, from: 'default', chosen: null }
  }

  /** Sets the threshold of all servers. Throws `threshold-fixed` where the settings have one. */
  async choose(value: number, by: string): Promise<void> {
    this.#requireFree()
    const { records, audit } = this.#state
    const before = await this.current()
    const json = JSON.stringify({ value, by, atMs: Date.now() } satisfies ChosenThreshold)
    const record = { id: THRESHOLD_ID, json }
    // Another server may set or remove it at the same time.
    while (!(await records.replace('check', record)) && !(await records.add('check', record)));
    this.#readAtMs = -Infinity
    const subject = `${before} → ${value}`
    await audit.add({ by, action: 'threshold.changed', subject, collection: null })
  }

  /** Goes back to the default; false where it is in use already. Throws `threshold-fixed` where the settings have one. */
  async reset(by: string): Promise<boolean> {
    this.#requireFree()
    const { records, audit } = this.#state
    const before = await this.current()
    if (!(await records.remove('check', THRESHOLD_ID))) return false
    this.#readAtMs = -Infinity
    const subject = `${before} → ${DEFAULT_MIN_CONFIDENCE}`
    await audit.add({ by, action: 'threshold.reset', subject, collection: null })
    return true
  }

  #requireFree(): void {
    if (this.#ofSettings === null) return
    const message =
      'The setting MIN_CONFIDENCE of this server has the threshold. Remove it there to choose one here.'
    throw new FootnoteError('threshold-fixed', message)
  }

  /** Reads what was chosen, at most once a second; all who ask at the same time get the same. */
  #read(): Promise<ChosenThreshold | null> {
    const now = performance.now()
    if (this.#reading && now - this.#readAtMs < FRESH_MS) return this.#reading
    const reading = this.#readAgain()
    this.#reading = reading
    this.#readAtMs = now
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = null
    })
    return reading
  }

  async #readAgain(): Promise<ChosenThreshold | null> {
    const { records } = this.#state
    // Before the record: what changes meanwhile is read next time.
    const version = await records.version('check')
    if (version !== this.#version) {
      const json = await records.find('check', THRESHOLD_ID)
      this.#chosen = json === null ? null : keptThreshold.parse(JSON.parse(json))
      this.#version = version
    }
    return this.#chosen
  }
}
