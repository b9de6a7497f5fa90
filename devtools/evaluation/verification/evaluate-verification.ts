import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Config } from '../../../server/config.ts'
import { embeddedEngine } from '../../../server/engine.ts'
import { quoteUrl } from '../../../server/answer/quote-url.ts'
import { verifyDraft } from '../../../server/verification/verify.ts'
import { randomNumbers } from '../../benchmark/random.ts'
import type { Measure } from '../../measures.ts'
import { take } from '../rounds.ts'
import { measureVerification, type Report } from './measure.ts'
import { indexTexts, readTexts, sentencesOf } from './texts.ts'

/** How many sentences of the documents are verified as they are, and how many altered. */
const SENTENCES = 1000
/** How many sentences of other texts are verified. */
const FOREIGN = 500
/** For the choice of alterations, so that each run makes the same. */
const SEED = 7

/** The paths of the texts of an evaluation. */
export interface VerificationTexts {
  /** A folder of documents, or a data set. */
  readonly documents: string
  /** A folder or a data set of texts on other subjects. */
  readonly foreign: string
}

/**
 * Verifies sentences of documents, altered ones, and sentences of other texts, on an index of the documents, without
 * the models. Throws `dataset-invalid` and `documents-missing`.
 */
export async function evaluateVerification(
  { documents: from, foreign: elsewhere }: VerificationTexts,
  config: Config,
  report?: Report,
): Promise<Measure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-verification-'))
  try {
    const documents = await readTexts(from)
    const storage = embeddedEngine({ ...config, indexDir: folder }).storage
    await indexTexts(documents, storage)
    const store = await storage.open()
    const others = (await readTexts(elsewhere)).flatMap(sentencesOf)
    const random = randomNumbers(SEED)
    const data = {
      sentences: documents.flatMap(sentencesOf),
      foreign: take(others, FOREIGN).map(({ text }) => text),
      corpus: documents.map(({ text }) => text).join('\n'),
      choose: (below: number) => Math.floor(random() * below),
      count: SENTENCES,
    }
    const inference = { embed: notAsked, score: notAsked }
    const verify = (text: string) =>
      verifyDraft(
        { text, documentIds: null, threshold: 1 },
        { store, inference, linkTo: quoteUrl, takeTurn: (work) => work() },
      )
    const measures = await measureVerification(data, verify, report)
    await store.close()
    return measures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function notAsked(): never {
  throw new Error('a model was asked')
}
