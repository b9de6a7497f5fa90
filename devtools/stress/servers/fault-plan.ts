import * as fc from 'fast-check'

/** What is killed: the database, or the server with this number. */
export type Victim = (typeof VICTIMS)[number]

/** Everything that is killed. */
export const VICTIMS = ['database', 0, 1] as const

/** A kill that is planned. */
export interface PlannedKill {
  readonly victim: Victim
  /** When, in ms after the start of the load, at the earliest. */
  readonly atMs: number
  /** How many questions it must have answered since its start; null: it may be killed while it starts. */
  readonly afterAnswers: number | null
  /** How long the victim stays away, in ms. */
  readonly awayMs: number
}

const DATABASE_EVERY_S = 12
const SERVER_EVERY_S = 6

const MIN_DATABASE_AWAY_MS = 500
const MAX_DATABASE_AWAY_MS = 2000

/** The part of its interval in which a kill happens. The rest keeps kills of the same victim apart. */
const SPREAD = 0.7

/** So many of a server's kills wait until it answers, for each that does not. */
const KILLS_WHEN_READY = 4
const MAX_ANSWERS = 60

/**
 * The kills of a run: one of the database in every 12 s and one of each server in every 6 s, at times that the seed chooses. A server
 * starts again at once, the database after 0.5 to 2 s. Most kills wait until the victim works, which takes longer on a busy machine.
 */
export function planKills(seconds: number, seed: number): PlannedKill[] {
  const kills = [
    ...timesOf('database', seconds, DATABASE_EVERY_S),
    ...timesOf(0, seconds, SERVER_EVERY_S),
    ...timesOf(1, seconds, SERVER_EVERY_S),
  ]
  const [planned = []] = fc.sample(fc.tuple(...kills), { seed, numRuns: 1 })
  return planned.toSorted((a, b) => a.atMs - b.atMs)
}

function timesOf(victim: Victim, seconds: number, everyS: number): fc.Arbitrary<PlannedKill>[] {
  const count = Math.max(1, Math.floor(seconds / everyS))
  const intervalMs = (seconds * 1000) / count
  return Array.from({ length: count }, (_, n) =>
    fc.record({
      victim: fc.constant(victim),
      atMs: fc
        .integer({ min: 0, max: Math.floor(SPREAD * intervalMs) })
        .map((ms) => n * intervalMs + ms),
      afterAnswers:
        victim === 'database'
          ? fc.constant(0)
          : fc.oneof(
              {
                weight: KILLS_WHEN_READY,
                arbitrary: fc.integer({ min: 0, max: MAX_ANSWERS }),
              },
              { weight: 1, arbitrary: fc.constant(null) },
            ),
      awayMs:
        victim === 'database'
          ? fc.integer({ min: MIN_DATABASE_AWAY_MS, max: MAX_DATABASE_AWAY_MS })
          : fc.constant(0),
    }),
  )
}
