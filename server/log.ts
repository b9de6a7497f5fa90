import { pino } from 'pino'

export type Log = pino.Logger

/** Creates a log that writes each entry as a line of JSON to standard output, or to another file descriptor. */
export function createLog(level: string, fileDescriptor = 1): Log {
  const output = pino.destination(fileDescriptor)
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, output)
}
