/** Copies a text; false where the browser does not allow it. `place` is an element that may have the focus. */
export async function copyText(text: string, place: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text, place)
  }
}

/** Pages without TLS have no `navigator.clipboard`. */
function copyBySelection(text: string, place: Element): boolean {
  const root = place.getRootNode()
  const scope = root instanceof ShadowRoot ? root : document
  const active = scope.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'hidden'
  place.append(field)
  field.select()
  const isCopied = scope.activeElement === field && document.execCommand('copy')
  field.remove()
  if (active instanceof HTMLElement) active.focus()
  return isCopied
}
