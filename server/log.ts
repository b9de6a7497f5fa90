import { pino } from 'pino'

export type Log = pino.Logger

/** A log of JSON lines on standard output. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}
