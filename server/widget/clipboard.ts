/** Copies a text; false where the browser does not allow it. `root` is where what is typed may go for a moment. */
export async function copyText(text: string, root: Node): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text, root)
  }
}

/** Pages without TLS have no `navigator.clipboard`. */
function copyBySelection(text: string, root: Node): boolean {
  const active = root instanceof ShadowRoot ? root.activeElement : document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'hidden'
  root.appendChild(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (active instanceof HTMLElement) active.focus()
  return isCopied
}
