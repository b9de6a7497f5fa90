/** Where the window fills the screen. */
const phone = matchMedia('(max-width: 480px), (max-height: 480px)')

/** Whether the window fills the screen. */
export function fillsScreen(): boolean {
  return phone.matches
}

/** Calls `changed` whenever the window begins or ceases to fill the screen; gives what ends that. */
export function watchScreen(changed: () => void): () => void {
  phone.addEventListener('change', changed)
  return () => phone.removeEventListener('change', changed)
}

/** Opens or closes a window: over the whole screen it holds the focus; elsewhere the page stays in reach. */
export function setWindow(dialog: HTMLDialogElement, isOpen: boolean): void {
  const isModal = isOpen && fillsScreen()
  if (dialog.open === isOpen && dialog.matches(':modal') === isModal) return
  const root = dialog.getRootNode()
  const focused = root instanceof ShadowRoot ? root.activeElement : null
  if (dialog.open) dialog.close()
  if (isModal) dialog.showModal()
  // Unlike `show()`, this leaves the focus where it is.
  else dialog.open = isOpen
  if (isOpen && focused instanceof HTMLElement) focused.focus({ preventScroll: true })
}
