import type { Context } from 'hono'
import type { Caller } from '../access/caller.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** Who sends the request. */
    caller?: Caller
  }
}

const NOBODY: Caller = { id: '', name: null, may: new Set(), collections: null }

/** Who sends a request to the desk. */
export function deskCaller(c: Context): Caller {
  return c.get('caller') ?? NOBODY
}
