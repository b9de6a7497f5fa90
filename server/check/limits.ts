/** The most questions that are kept, and that a file may have. */
export const MAX_CHECK_QUESTIONS = 2000

/** The most quotes that may be expected of a question. */
export const MAX_EXPECTED_QUOTES = 20
