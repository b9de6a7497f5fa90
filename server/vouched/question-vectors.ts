import type { CallOptions } from '../../index/inference/inference.ts'
import type { PairModels } from './question-pair.ts'

/** The vectors of vouched questions, each computed when it is first needed. */
export class QuestionVectors {
  readonly #vectors = new Map<string, Float32Array>()

  /** The vectors of these questions, in order. */
  async of(
    questions: readonly string[],
    models: PairModels,
    options: CallOptions,
  ): Promise<Float32Array[]> {
    const missing = [...new Set(questions)].filter((question) => !this.#vectors.has(question))
    const made = missing.length > 0 ? await models.embed(missing, options) : []
    for (const [i, vector] of made.entries()) this.#vectors.set(missing[i] ?? '', vector)
    return questions.flatMap((question) => this.#vectors.get(question) ?? [])
  }

  /** Forgets the vectors of all other questions. */
  retain(questions: readonly string[]): void {
    const kept = new Set(questions)
    for (const question of this.#vectors.keys()) {
      if (!kept.has(question)) this.#vectors.delete(question)
    }
  }
}
