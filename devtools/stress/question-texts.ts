import * as fc from 'fast-check'

const WORDS =
  'why did Iran not oppose al-Kadhimi the militias what about them who when he Baghdad more'

/** The syntax of FTS5 queries, and what ends a string or a statement in SQL. */
const SYNTAX = [
  '"',
  '""',
  "'",
  'NEAR(Iran Iraq, 2)',
  'NEAR/3',
  '*',
  'Ira*',
  '^Iran',
  'text:',
  '{title text}:',
  '- text:',
  'rowid:1',
  'AND',
  'OR',
  'NOT',
  'AND NOT OR',
  '(',
  ')))',
  '(('.repeat(20),
  '+',
  '; DROP TABLE turns; --',
  "' OR '1'='1",
]

/**
 * Text that breaks code which takes text for bytes, for markup, for a pattern, or for the letters
 * of one script.
 */
const UNUSUAL_TEXTS = [
  '\u0000',
  '\uD800',
  '\uDC00\uD800',
  '\u202E',
  '\uFEFF',
  '\u2028',
  '\u{10FFFF}',
  'e' + '\u0301'.repeat(50),
  '👩‍👩‍👧‍👦'.repeat(5),
  'İIıi',
  'ﷺ'.repeat(5),
  'ǅ',
  '١٢٣',
  '伊朗为什么不反对',
  'لماذا لم تعارض إيران',
  '<script>alert(1)</script>',
  '${1+1} {{7*7}} %s%n',
  '(a+)+$',
  'a'.repeat(100),
  'a-'.repeat(20),
  '. '.repeat(20),
  '\n\t\r',
]

const phrase = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...WORDS.split(' ')) },
      { weight: 2, arbitrary: fc.constantFrom(...SYNTAX) },
      { weight: 2, arbitrary: fc.constantFrom(...UNUSUAL_TEXTS) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(' '))

/**
 * Questions of the maximum length, which also have the most tokens that a model reads, so that they
 * take longest.
 */
const LONG_QUESTIONS = ['(', 'a-', 'ab ', 'why Iran ', '. a', '伊', 'é\u0301'].map((part) =>
  part.repeat(1000).slice(0, 1000),
)

/** A question: words that people type, mixed with texts that nobody types. */
export const question: fc.Arbitrary<string> = fc.oneof(
  { weight: 60, arbitrary: phrase },
  { weight: 1, arbitrary: fc.constantFrom(...LONG_QUESTIONS) },
)

/** Small talk, which is answered without a search and takes almost no time. */
export const smallTalk = fc.constantFrom('thanks', 'ok', 'hello there', 'THANK YOU!', 'bye')

/** A value for a field that takes a number. */
export const number = fc.oneof(
  fc.constantFrom(
    '',
    '-1',
    '1.5',
    '1e3',
    '1e999',
    '0x10',
    'NaN',
    '١',
    '%00',
    '9007199254740993',
    '9'.repeat(15),
    '9'.repeat(400),
  ),
  fc.nat(20_000).map(String),
)
