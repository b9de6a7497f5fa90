/** Replaces every run of white space by one space, and removes white space at both ends. */
export function foldSpace(text: string): string {
  return foldRuns(text).trim()
}

/** Replaces every run of white space by one space, also at the ends, where another text follows. */
export function foldRuns(text: string): string {
  return text.replace(/\s+/g, ' ')
}
