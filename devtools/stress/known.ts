/** What a client may know of a server, to ask for or to twist. */
export interface Known {
  /** As in a `Host` header. */
  readonly host: string
  readonly documentIds: readonly string[]
  readonly conversationIds: readonly string[]
  /** With which requests of Slack are signed; null where it is not connected. */
  readonly slackSecret: string | null
}
