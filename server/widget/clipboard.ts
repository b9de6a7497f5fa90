/**
 * Copies text; false where the browser does not allow it. `container` must be able to hold a field
 * that has the focus.
 */
export async function copyText(text: string, container: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text, container)
  }
}

/** Copies from a selected field: pages without TLS have no `navigator.clipboard`. */
function copyBySelection(text: string, container: Element): boolean {
  const root = container.getRootNode()
  const scope = root instanceof ShadowRoot ? root : document
  const focused = scope.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'hidden'
  container.append(field)
  field.select()
  const isCopied = scope.activeElement === field && document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return isCopied
}
