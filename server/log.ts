import { pino } from 'pino'

export type Log = pino.Logger

/** Creates a log that writes each entry as a line of JSON to standard output. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}
