/**
 * Scrolls to an element. A fragment in the address or the focus would scroll the page around the frame, too.
 * @param {HTMLElement | null} element
 */
function scrollToElement(element) {
  if (element) scrollBy(0, element.getBoundingClientRect().top - innerHeight / 3)
}

// Only where the page is shown in a frame, as the widget shows it.
if (parent !== window) {
  scrollToElement(document.getElementById('quote') ?? document.getElementById('page'))

  for (const link of document.links) {
    if (link.pathname === location.pathname) {
      link.addEventListener('click', (event) => {
        event.preventDefault()
        if (link.search === location.search) {
          scrollToElement(document.getElementById(link.hash.slice(1)))
        } else {
          // Another page of the document. It is not kept in the history of the page around the frame.
          location.replace(link.pathname + link.search)
        }
      })
    } else {
      // The frame shows only documents.
      link.target = '_blank'
    }
  }

  // The page around the frame does not get the keys that are pressed in it, and tells the frame which theme to use.
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') parent.postMessage('footnote:close', '*')
  })
  addEventListener('message', ({ source, data }) => {
    const [, theme] = /^footnote:(light|dark)$/.exec(data) ?? []
    if (source === parent && theme) document.documentElement.dataset.theme = theme
  })
}
