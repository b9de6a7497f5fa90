/** The form of the address of a database, for messages. */
export const POSTGRES_URL_FORM =
  'postgres://USER:PASSWORD@HOST:PORT/DATABASE, where special characters of the password are written as in every URL: % as %25, / as %2F, @ as %40'

/** Whether a text is the address of a PostgreSQL database. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text)
}
