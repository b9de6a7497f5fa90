import type { Log } from '../log.ts'
import type { Service } from '../service.ts'

/** What the tools and resources work with. */
export interface McpParts {
  /** Gives the service. Rejects with `not-ready` where it is still being loaded. */
  readonly service: () => Promise<Service>
  /** The address of the server's pages, such as `http://127.0.0.1:8787`, for links to documents. */
  readonly address: string
  readonly log: Log
}
