import { setImmediate } from 'node:timers/promises'
import type { Block } from '../../index/documents/extractors/extractor.ts'
import type { Inference } from '../../index/inference/inference.ts'
import { languageOfQuestion } from '../../index/language/languages.ts'
import type { Store } from '../../index/storage/storage.ts'
import { type Finding, findingAround, findingOf } from './finding.ts'
import { findSimilar } from './find-similar.ts'
import { type Unit, WordFinder } from './find-words.ts'
import { type DraftSentence, readDraft } from './read-draft.ts'
import { findingToJson } from './verify-json.ts'
import type { VerifiedSentence } from './verify-schema.ts'

/** A text whose sentences and quotations are looked for in the documents. */
export interface Draft {
  readonly text: string
  /** Its paragraphs. Default: what stands between blank lines. */
  readonly blocks?: readonly Block[]
  /** Ids of the documents to look in; null: all of them. */
  readonly documentIds: readonly string[] | null
  /** From which probability on a sentence in other words is shown as similar, 0 to 1; with 1 none is looked for. */
  readonly threshold: number
}

export interface VerifyOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

/** How the sentences of a draft are verified in one generation of the index. */
export interface VerifyParts {
  readonly store: Store
  readonly inference: Pick<Inference, 'embed' | 'score'>
}

interface FoundSentence {
  readonly drafted: DraftSentence
  readonly finding: Finding
  readonly quotations: readonly Finding[]
}

/**
 * Says of each sentence and each quotation of a draft whether it stands in the documents, and where. Rejects with the
 * signal's reason where the signal is aborted.
 */
export async function verifyDraft(
  { text, blocks, documentIds, threshold }: Draft,
  { store, inference }: VerifyParts,
  { signal }: VerifyOptions = {},
): Promise<VerifiedSentence[]> {
  const language = languageOfQuestion(text, await store.languages(documentIds))
  const finder = new WordFinder(store, documentIds)
  const found: FoundSentence[] = []
  for (const drafted of readDraft(text, language, blocks)) {
    // A long draft takes a second. Other requests are answered between its sentences.
    await setImmediate()
    signal?.throwIfAborted()
    found.push(await findSentence(drafted, finder))
  }
  const similar = (unit: Unit, finding: Finding) =>
    finding.verdict === 'not-found' && threshold < 1
      ? findSimilar(unit.text, { threshold, documentIds }, { store, inference })
      : finding
  const verified: VerifiedSentence[] = []
  for (const { drafted, finding, quotations } of found) {
    const whole = await similar(drafted.sentence, finding)
    const parts = []
    for (const [i, unit] of drafted.quotations.entries()) {
      const part = quotations[i]
      if (part) parts.push(await findingToJson(unit, text, await similar(unit, part), store))
    }
    verified.push({
      ...(await findingToJson(drafted.sentence, text, whole, store)),
      quotations: parts,
    })
  }
  return verified
}

async function findSentence(drafted: DraftSentence, finder: WordFinder): Promise<FoundSentence> {
  const whole = await finder.find(drafted.sentence)
  const quotations: Finding[] = []
  for (const quotation of drafted.quotations) {
    quotations.push(findingOf(await finder.find(quotation)))
  }
  return { drafted, finding: findingAround(whole, drafted), quotations }
}
