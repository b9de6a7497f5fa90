import type { Block } from '../../index/documents/extractors/extractor.ts'
import type { Inference } from '../../index/inference/inference.ts'
import type { Language } from '../../index/language/language.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import type { Store } from '../../index/storage/storage.ts'
import type { VisibleCollections } from '../access/caller.ts'
import type { LinkTo } from '../answer/quote-url.ts'
import { type Finding, findingAround, findingOf } from './finding.ts'
import { findSimilar, type SimilarScope } from './find-similar.ts'
import { type Unit, WordFinder } from './find-words.ts'
import { type DraftSentence, quotedPart, readDraft } from './read-draft.ts'
import { findingToJson } from './verify-json.ts'
import type { VerifiedSentence } from './verify-schema.ts'

/** A text that is compared with the documents. */
export interface Draft {
  readonly text: string
  /** Its paragraphs. Default: those between blank lines. */
  readonly blocks?: readonly Block[]
  /** Ids of the documents to look in; null: all of them. */
  readonly documentIds: readonly string[] | null
  /** The collections that the asker may see; null, the default: all. */
  readonly visible?: VisibleCollections
  /** The lowest score of a sentence that is shown as similar, 0 to 1; with 1, none is looked for. */
  readonly threshold: number
}

/** What verification works with: one generation of the index, and the models. */
export interface VerifyParts {
  readonly store: Store
  readonly inference: Pick<Inference, 'embed' | 'score'>
  readonly takeTurn: TakeTurn
  /** Makes the addresses in citations. */
  readonly linkTo: LinkTo
}

/** Does the work on one sentence when it is its turn. `sentencesLeft` says how much work its draft still is. */
export type TakeTurn = <T>(work: () => Promise<T>, sentencesLeft: number) => Promise<T>

interface FoundSentence {
  readonly drafted: DraftSentence
  readonly finding: Finding
  readonly quotations: readonly Finding[]
}

/**
 * Says of each sentence and each quotation of a draft whether the documents have it, and where. Rejects with the signal's reason
 * if the signal is aborted.
 */
export async function verifyDraft(
  { text, blocks, documentIds, threshold }: Draft,
  { takeTurn, ...parts }: VerifyParts,
  signal?: AbortSignal,
): Promise<VerifiedSentence[]> {
  const language = languageOfQuestion(text, await parts.store.languages(documentIds))
  const finder = new WordFinder(parts.store, { documentIds, signal })
  const describer = new Describer(text, parts, { documentIds, threshold, signal })
  const drafted = readDraft(text, language, blocks)
  const found: FoundSentence[] = []
  // A sentence counts twice, because all are found before one is described.
  for (const [i, sentence] of drafted.entries()) {
    found.push(
      await takeTurn(() => findSentence(sentence, finder, language), 2 * drafted.length - i),
    )
  }
  const verified: VerifiedSentence[] = []
  for (const [i, sentence] of found.entries()) {
    verified.push(await takeTurn(() => describer.describeSentence(sentence), drafted.length - i))
  }
  return verified
}

/**
 * After so many places, each further sentence and quotation gets only one. Otherwise a draft of a thousand short sentences would
 * get ten thousand places, each with its passage.
 */
const MANY_PLACES = 500

/** Gives what was found of the sentences and quotations of one draft. */
class Describer {
  readonly #text: string
  readonly #parts: Omit<VerifyParts, 'takeTurn'>
  readonly #scope: SimilarScope
  #places = 0

  constructor(text: string, parts: Omit<VerifyParts, 'takeTurn'>, scope: SimilarScope) {
    this.#text = text
    this.#parts = parts
    this.#scope = scope
  }

  async describeSentence({
    drafted,
    finding,
    quotations,
  }: FoundSentence): Promise<VerifiedSentence> {
    const { sentence, isQuotation } = drafted
    const whole = await this.#describe(sentence, finding)
    const parts: VerifiedSentence['quotations'] = []
    for (const [i, unit] of drafted.quotations.entries()) {
      const part = quotations[i]
      if (part) parts.push(await this.#describe(unit, part))
    }
    return { ...whole, isQuotation, quotations: parts }
  }

  /** Looks for similar sentences first where nothing was found. */
  async #describe(unit: Unit, finding: Finding): Promise<VerifiedSentence['quotations'][number]> {
    this.#scope.signal?.throwIfAborted()
    const { store, linkTo } = this.#parts
    const isSought = finding.verdict === 'not-found' && this.#scope.threshold < 1
    const found = isSought ? await findSimilar(unit.text, this.#scope, this.#parts) : finding
    const maxQuotes = this.#places < MANY_PLACES ? Infinity : 1
    const described = await findingToJson(unit, this.#text, found, { store, linkTo, maxQuotes })
    this.#places += described.quotes.length
    return described
  }
}

async function findSentence(
  drafted: DraftSentence,
  finder: WordFinder,
  language: Language,
): Promise<FoundSentence> {
  const { sentence } = drafted
  const whole = await finder.find(sentence)
  const quotations: Finding[] = []
  for (const quotation of drafted.quotations) {
    quotations.push(findingOf(await finder.find(quotation)))
  }
  if (quotations.length === 0) return { drafted, finding: findingOf(whole), quotations }
  const quoted = await finder.find(quotedPart(drafted))
  return { drafted, finding: findingAround({ whole, quoted }, drafted, language), quotations }
}
