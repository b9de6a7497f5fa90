/** Replaces every run of white space by one space, and removes white space at both ends. */
export function foldSpace(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
