/** What a list is filtered by; empty texts where it is not. */
export type Filters = Readonly<Record<string, string>>

/** The filters in the address of the page, for each name of `empty`. */
export function readFilters<F extends Filters>(empty: F): F {
  const query = new URLSearchParams(location.search)
  return filled(empty, (name) => query.get(name) ?? '')
}

/** What was entered into the fields of a form, for each name of `empty`. */
export function enteredFilters<F extends Filters>(empty: F, form: FormData): F {
  return filled(empty, (name) => entered(form, name))
}

function filled<F extends Filters>(empty: F, valueOf: (name: string) => string): F {
  const values = Object.keys(empty).map((name): [string, string] => [name, valueOf(name)])
  return { ...empty, ...Object.fromEntries(values) }
}

/** Puts filters into the address, without those that are empty. */
export function writeFilters(filters: Filters): void {
  const given = Object.entries(filters).filter(([, value]) => value !== '')
  const query = new URLSearchParams(given).toString()
  history.replaceState(null, '', query === '' ? location.pathname : `?${query}`)
}

/** The text that was entered into a field of a form. */
export function entered(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}
