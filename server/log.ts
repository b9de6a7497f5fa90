import { pino } from 'pino'

export type Log = pino.Logger

/** Lines are kept until the end of a turn of the event loop, or until they have this many bytes. */
const BUFFER_BYTES = 8 * 1024

/**
 * Creates a log that writes each entry as a line of JSON to standard output, or to another file descriptor. The lines of one
 * turn of the event loop are written together, since each write wakes another thread. What is left is written at the exit.
 */
export function createLog(level: string, fileDescriptor = 1): Log {
  const output = pino.destination({ dest: fileDescriptor, minLength: BUFFER_BYTES })
  let isFlushing = false
  const flush = () => {
    isFlushing = false
    output.flush()
  }
  const write = (line: string) => {
    output.write(line)
    if (!isFlushing) setImmediate(flush)
    isFlushing = true
  }
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write })
}
