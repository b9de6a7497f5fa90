import { hashFile } from '../../../index/files.ts'
import { startInference } from '../../../index/inference/inference.ts'
import type { Config } from '../../../server/config.ts'
import { type Asking, askQuestions } from '../ask-rounds.ts'
import { crossFitted } from '../cross-fitted.ts'
import { readQuestionSet } from '../dataset.ts'
import type { Columns } from '../evaluate.ts'
import type { Outcome } from '../outcome.ts'
import { type Figures, summarize } from '../report.ts'
import { evaluationRounds } from '../rounds.ts'
import { abbreviateSet } from './abbreviate.ts'

/**
 * Asks the questions of a SQuAD file that have a name of their article: as they were written, with invented abbreviations in the
 * questions, and with these in the documents; without and with the abbreviations as words. Throws `dataset-invalid`.
 */
export async function evaluateWords(
  file: string,
  config: Config,
  { limit, onProgress }: Pick<Asking, 'onProgress'> & { readonly limit?: number | undefined },
): Promise<Columns> {
  const { written, questions, documents, abbreviations } = abbreviateSet(
    await readQuestionSet(file),
  )
  const calibrationOf = crossFitted(await hashFile(file))
  const inference = await startInference(config.inference)
  const words = Array.from(abbreviations, ([name, abbreviation]) => [abbreviation, name])
  try {
    const columns: Record<string, Figures> = {}
    const runs = [
      { name: 'as written', set: written, words: [] },
      { name: 'as written, with words', set: written, words },
      { name: 'short questions', set: questions, words: [] },
      { name: 'short questions, with words', set: questions, words },
      { name: 'short documents', set: documents, words: [] },
      { name: 'short documents, with words', set: documents, words },
    ]
    for (const run of runs) {
      const asking = { config, inference, words: run.words, ...(onProgress && { onProgress }) }
      const outcomes = await askQuestions(evaluationRounds(run.set, limit), asking, calibrationOf)
      columns[run.name] = figuresOf(outcomes.flat())
    }
    return columns
  } finally {
    await inference.close()
  }
}

/** The figures that words change. */
const SHOWN = [
  'questions',
  'quote@1',
  'quote@3',
  'refused',
  'questions without an answer',
  'false answers',
  'highlight, F1 of the words',
  'pairs a question',
  'windows a question',
] as const satisfies readonly (keyof ReturnType<typeof summarize>)[]

function figuresOf(outcomes: readonly Outcome[]): Figures {
  const figures = summarize(outcomes)
  return Object.fromEntries(SHOWN.map((what) => [what, figures[what]]))
}
