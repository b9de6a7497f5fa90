import { foldText } from './folding.ts'
import { type Language, type Replies, toStem } from './language.ts'

/**
 * A language of which nothing is known but its tag: sentences end where Unicode says, every word is its own stem, and
 * no word is left out of a search. `replies` are of a language that has some.
 */
export function plainLanguage(tag: string, replies: Replies): Language {
  const none: ReadonlySet<never> = new Set<never>()
  return {
    tag,
    abbreviations: {
      beforeName: none,
      beforeNumber: none,
      anywhere: none,
      sentenceStarters: none,
      letterWords: none,
    },
    endsMidSentence: (line) => line.endsWith(','),
    refersBack: () => false,
    fold: (text) => foldText(text),
    stem: toStem,
    stopWords: none,
    fillerStems: none,
    lacksAnswerType: () => false,
    replies,
    smallTalkReply: () => null,
    asksForMore: () => false,
  }
}
