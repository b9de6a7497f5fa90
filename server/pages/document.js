/**
 * What an address or the focus scrolls to moves the page around a frame as well; this does not.
 * @param {HTMLElement | null} place
 */
function show(place) {
  if (place) scrollBy(0, place.getBoundingClientRect().top - innerHeight / 3)
}

// For a document that is shown in a frame, as the widget does.
if (parent !== window) {
  show(document.getElementById('quote'))

  for (const link of document.links) {
    if (link.hash && link.pathname === location.pathname) {
      link.addEventListener('click', (event) => {
        event.preventDefault()
        show(document.getElementById(link.hash.slice(1)))
      })
    } else {
      // No other page may be in the frame.
      link.target = '_blank'
    }
  }

  // Whoever shows the frame does not see keys that are pressed here, and knows which theme is wanted.
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') parent.postMessage('footnote:close', '*')
  })
  addEventListener('message', ({ source, data }) => {
    const [, theme] = /^footnote:(light|dark)$/.exec(data) ?? []
    if (source === parent && theme) document.documentElement.dataset.theme = theme
  })
}
