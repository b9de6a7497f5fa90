/** The hints of a tool that only reads the documents of this server, and gives the same for the same input. */
export const READ_ONLY = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const
