/**
 * What a list is filtered by, kept in the address of the page: going back, loading again and bookmarks show the same list.
 * Gives the values of `names`, empty where the address has none.
 */
export function readFilters<Name extends string>(names: readonly Name[]): Record<Name, string> {
  const query = new URLSearchParams(location.search)
  const filters = Object.fromEntries(names.map((name) => [name, query.get(name) ?? '']))
  return filters as Record<Name, string>
}

/** Puts filters into the address, without those that are empty. */
export function writeFilters(filters: Readonly<Record<string, string>>): void {
  const given = Object.entries(filters).filter(([, value]) => value !== '')
  const query = new URLSearchParams(given).toString()
  history.replaceState(null, '', query === '' ? location.pathname : `?${query}`)
}

/** The text that was entered into a field of a form. */
export function entered(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}
