// The server adds this script to the page if a person asked in the address bar, as in `/?question=…`.

function ask() {
  const question = new URLSearchParams(location.search).get('question') ?? ''
  // Without the question in the address, loading the page again does not ask again.
  history.replaceState(null, '', location.pathname)
  void document.querySelector('footnote-chat')?.ask(question)
}

// A browser may load a page before the person has finished typing its address.
if ('prerendering' in document && document.prerendering) {
  addEventListener('prerenderingchange', ask, { once: true })
} else {
  ask()
}
