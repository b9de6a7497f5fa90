import { pino } from 'pino'

export type Log = pino.Logger

/** Makes a log that writes a line of JSON for each entry on standard output. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}
