/** Ways to write the same words with other typography: quotation marks, dashes, spaces, line breaks, ligatures, hyphens, case. */
export const TYPOGRAPHIES: readonly ((sentence: string) => string)[] = [
  (sentence) => sentence.replace(/[“”„]/gu, '"').replace(/[‘’]/gu, "'").replaceAll('…', '...'),
  (sentence) =>
    sentence
      .replace(/(?<=^|\s)"/gu, '“')
      .replaceAll('"', '”')
      .replaceAll("'", '’'),
  (sentence) => sentence.replace(/[–—]/gu, '-').replaceAll(' - ', ' — '),
  (sentence) => sentence.replaceAll(' ', '\u00A0'),
  (sentence) => sentence.replace(/(?:\S+\s+){6}/gu, (line) => `${line.trimEnd()}\n`),
  (sentence) => sentence.replaceAll('fi', 'ﬁ').replaceAll('fl', 'ﬂ').replaceAll('ff', 'ﬀ'),
  (sentence) => sentence.replace(/(?<=\p{Ll}{3})(?=\p{Ll}{3})/gu, '\u00AD'),
  (sentence) => sentence.replaceAll('-', '\u2011').replaceAll(' ', '  '),
  (sentence) => sentence.normalize('NFD'),
  (sentence) => sentence.toUpperCase(),
  (sentence) => sentence.toLowerCase(),
]
