// For a document that is shown in a frame, as the widget does.
if (parent !== window) {
  // Scrolled here: what the address or the focus scrolls to moves the page around the frame as well.
  const quote = document.getElementById('quote')
  if (quote) scrollBy(0, quote.getBoundingClientRect().top - innerHeight / 3)

  // Escape closes the frame, and whoever shows it does not see keys that are pressed here.
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') parent.postMessage('footnote:close', '*')
  })
}
