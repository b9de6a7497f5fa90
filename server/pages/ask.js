// The server adds this script where the person asked by the address bar, as in `/?question=…`. The address then loses the
// question, so that loading the page again does not ask again.
const question = new URLSearchParams(location.search).get('question') ?? ''
history.replaceState(null, '', location.pathname)
void document.querySelector('footnote-chat')?.ask(question)
