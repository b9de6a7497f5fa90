/** What a client can know of a server, and can use correctly or wrongly in its requests. */
export interface ServerFacts {
  /** The value of a `Host` header. */
  readonly host: string
  readonly documentIds: readonly string[]
  readonly conversationIds: readonly string[]
  /** The secret that Slack's requests are signed with; null where Slack is not connected. */
  readonly slackSecret: string | null
}
