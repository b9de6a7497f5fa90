/** Screens that the window fills; the style sheet has the same condition. */
const smallScreen = matchMedia('(max-width: 480px), (max-height: 480px)')

/** Whether the window fills the screen. */
export function fillsScreen(): boolean {
  return smallScreen.matches
}

/**
 * Calls `changed` whenever the window begins or stops filling the screen. Gives a function that
 * ends that.
 */
export function watchScreen(changed: () => void): () => void {
  smallScreen.addEventListener('change', changed)
  return () => smallScreen.removeEventListener('change', changed)
}

/**
 * Opens or closes a window. A window that fills the screen is modal and keeps the focus; others
 * leave the page usable.
 */
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
