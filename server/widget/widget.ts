import { FootnoteChat } from './footnote-chat.ts'

/** On the element that the script added itself. */
const ADDED = 'data-footnote-added'

// The script may be on a page twice.
if (!customElements.get('footnote-chat')) {
  customElements.define('footnote-chat', FootnoteChat)
  if (document.body) addBubble()
  else document.addEventListener('DOMContentLoaded', addBubble)
}

/** A page that has no element of its own gets a bubble, until it has one: some are rendered later. */
function addBubble(): void {
  if (document.querySelector('footnote-chat')) return
  const bubble = document.createElement('footnote-chat')
  bubble.setAttribute(ADDED, '')
  document.body.append(bubble)
  const observer = new MutationObserver(() => {
    if (!document.querySelector(`footnote-chat:not([${ADDED}])`)) return
    bubble.remove()
    observer.disconnect()
  })
  observer.observe(document.body, { childList: true, subtree: true })
}
