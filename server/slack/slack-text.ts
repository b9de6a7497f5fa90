/**
 * What a person wrote in Slack, as plain text: people, channels and links as they are shown (a mention without a name is
 * left out), and Slack's three escapes undone.
 */
export function readSlackText(text: string): string {
  return text
    .replace(/<[@!][^|>]*\|?([^>]*)>/g, (_, name: string) => name || ' ')
    .replace(/<#[^|>]*\|?([^>]*)>/g, (_, name: string) => (name ? `#${name}` : ' '))
    .replace(/<([^|>]*)(?:\|([^>]*))?>/g, (_, url: string, label?: string) => label ?? url)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim()
}

/** Plain text for where Slack reads markup: nothing in it is a mention, a link or a style. */
export function escapeSlackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Text of at most so many UTF-16 code units, the last of which says that more was there; no character is halved. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const kept = text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')
  return `${kept.trimEnd()}…`
}
