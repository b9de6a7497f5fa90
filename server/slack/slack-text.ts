/**
 * Turns Slack's markup into plain text: people, channels and links become the text that Slack shows
 * for them (a mention without a name is removed), and the three escaped characters are unescaped.
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

/**
 * Escapes plain text for a field that Slack reads as markup, so that it contains no mention or
 * link.
 */
export function escapeSlackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/**
 * Cuts text to `maxLength` UTF-16 code units. Text that was cut ends in an ellipsis, and no
 * surrogate pair is split.
 */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const kept = text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, '')
  return `${kept.trimEnd()}…`
}
