import { FootnoteChat } from './footnote-chat.ts'

/** Marks the element that the script added itself. */
const ADDED = 'data-footnote-added'

// A page may load the script twice.
if (!customElements.get('footnote-chat')) {
  customElements.define('footnote-chat', FootnoteChat)
  if (document.body) addBubble()
  else document.addEventListener('DOMContentLoaded', addBubble)
}

/**
 * Adds a bubble to a page that has no chat. It is removed when the page adds a chat, as pages do
 * that are rendered later.
 */
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
