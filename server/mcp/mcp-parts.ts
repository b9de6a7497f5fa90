import type { Right } from '../access/caller.ts'
import type { Log } from '../log.ts'
import type { Service } from '../service.ts'

/** What the tools and resources work with. */
export interface McpParts {
  /** Gives the service. Rejects with `not-ready` while it is still being loaded. */
  readonly service: () => Promise<Service>
  /** The address of the server for links to documents, without a `/` at its end, such as `http://127.0.0.1:8787`. */
  readonly address: string
  /** What the caller may do: other tools and resources are not offered. */
  readonly may: ReadonlySet<Right>
  readonly log: Log
}
