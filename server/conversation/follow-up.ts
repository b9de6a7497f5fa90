import type { Language, Stem } from '../../index/language/language.ts'
import { contextualText, preselect } from '../../index/retrieval/candidates.ts'
import type { Context } from '../../index/retrieval/context.ts'
import { findPassages, type Scope } from '../../index/retrieval/passages.ts'
import type { Store } from '../../index/storage/storage.ts'
import type { AnswerContext } from '../answer/answer.ts'
import { partsOf, type SaidTurn, type Utterance, utterancesBefore } from './history.ts'
import { type Reading, readingsOf } from './readings.ts'
import type { Rarity } from './term-features.ts'
import { rarityOf, resolveTerms } from './terms.ts'
import { contextAfter, type PastTurn } from './turn.ts'

/**
 * Reads a question in its conversation: finds the words that it leaves out, searches for each reading, and gives the one
 * whose nearest sentence the cross-encoder finds best, with what it takes from the conversation (null: nothing). `turns` are the searched turns before it, oldest first.
 */
export async function readFollowUp(
  question: string,
  scope: Omit<Scope, 'context'>,
  turns: readonly PastTurn[],
  language: Language,
  answering: AnswerContext,
): Promise<{ readonly reading: Reading; readonly context: Context | null }> {
  const parts = partsOf(question, language)
  const said = turns.map(toSaidTurn)
  const history = utterancesBefore(parts, said, language)
  const rarity = await rarityIn(answering.store, history)
  const terms = resolveTerms(parts.asked, history, rarity, language)
  const readings = readingsOf(question, parts, said, history, terms, language)
  const read = readings.map((reading) => {
    return {
      reading,
      context: reading.added.length === 0 ? null : contextAfter(turns, reading.typed),
    }
  })
  const [alone] = read
  if (!alone) throw new Error('a question has no reading')
  if (read.length === 1) return alone
  const logits = await Promise.all(
    read.map(({ reading, context }) => bestLogit(reading, { ...scope, context }, answering)),
  )
  return read[logits.indexOf(Math.max(...logits))] ?? alone
}

/** The cross-encoder's logit of the sentence that is nearest to a reading. */
async function bestLogit(
  { text, typed }: Reading,
  scope: Scope,
  { store, inference, signal }: AnswerContext,
): Promise<number> {
  const found = await findPassages(text, scope, { store, inference, signal })
  const [nearest] = await preselect(typed, found, store)
  if (!nearest) return -Infinity
  const { text: sentence } = contextualText(nearest.passage, nearest.sentence)
  const asked = found.wording.inWordsOf(sentence)
  const [logit = -Infinity] = await inference.score(asked, [sentence], { signal })
  return logit
}

async function rarityIn(store: Store, history: readonly Utterance[]): Promise<Rarity> {
  const tokens = history.flatMap((utterance) => utterance.tokens)
  const stems = Array.from(new Set(tokens.flatMap((token): readonly Stem[] => token.stems)))
  const { passages, frequencies } = await store.stemFrequencies(stems)
  const frequencyOf = new Map(stems.map((stem, i) => [stem, frequencies[i] ?? 0]))
  return (stem) => rarityOf(frequencyOf.get(stem) ?? 0, passages)
}

/** A document without a title of its own has the name of its file, of which nobody speaks. */
function toSaidTurn({ question, added, quotes }: PastTurn): SaidTurn {
  return {
    question,
    added,
    quotes: quotes.map(({ text, title, heading, documentId }) => {
      return { text, heading, title: documentId.split('/').at(-1) === title ? null : title }
    }),
  }
}
