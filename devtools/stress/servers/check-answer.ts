import type { AnswerJson } from '../../../server/answer/answer-schema.ts'
import { misquotes } from '../faults.ts'
import { ROSTER, ROSTER_QUESTION, type Roster } from './roster.ts'

export const GOLDEN_QUESTION = 'why did Iran not oppose Kadhimi?'
const GOLDEN_ANSWER = "Iran, which supported al-Kadhimi's appointment"

/** Gives what is wrong with the answer to a question; nothing where it is right. */
export type AnswerCheck = (question: string, answer: AnswerJson) => string[]

/** Checks that quotes are word for word in the version of their document that they name, and that known questions get their quote. */
export function answerCheck(texts: ReadonlyMap<string, string>, roster: Roster): AnswerCheck {
  return (question, answer) => {
    const faults = misquotes(answer, ({ documentId, version }) =>
      documentId === ROSTER ? roster.textOf(version ?? '') : texts.get(documentId),
    )
    const [first] = answer.quotes
    if (question === GOLDEN_QUESTION && !first?.text.startsWith(GOLDEN_ANSWER)) {
      faults.push(`another answer than the known one: ${answer.answer}`)
    }
    if (question === ROSTER_QUESTION && !isRosterAnswer(roster, first)) {
      faults.push(`another answer than the roster's: ${answer.answer}`)
    }
    return faults
  }
}

function isRosterAnswer(roster: Roster, first: AnswerJson['quotes'][number] | undefined): boolean {
  return first !== undefined && roster.answers(first.citation.version ?? '', first.text)
}
