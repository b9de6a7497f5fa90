import { foldText } from './folding.ts'
import { type Language, toStem } from './language.ts'

const NO_REFERENCES = {
  person: false,
  thing: false,
  several: false,
  pointsBack: false,
  continues: false,
  compares: false,
}

/**
 * A language of which nothing is known but its tag: every word is its own stem, and no word is left out of a search. It
 * takes abbreviations and replies from a language that has them, since many abbreviations are the same in several.
 */
export function plainLanguage(
  tag: string,
  { abbreviations, replies }: Pick<Language, 'abbreviations' | 'replies'>,
): Language {
  const none: ReadonlySet<never> = new Set<never>()
  return {
    tag,
    abbreviations,
    endsMidSentence: (line) => line.endsWith(','),
    refersBack: () => false,
    fold: (text) => foldText(text),
    stem: toStem,
    stopWords: none,
    fillerStems: none,
    lacksAnswerType: () => false,
    references: () => NO_REFERENCES,
    placePointedTo: () => null,
    negates: () => false,
    joinsClauses: () => false,
    namesNumber: () => false,
    namesDate: () => false,
    asksWhether: () => false,
    answerKinds: () => none,
    areOpposite: () => false,
    documentQuestion: () => null,
    speaksOf: () => false,
    replies,
    smallTalkReply: () => null,
    asksForMore: () => false,
  }
}
