import type { CallOptions } from '../../index/inference/inference.ts'
import type { PairModels } from './question-pair.ts'

/** How many questions are embedded at once. What was made stays where the question that needed it has no more time. */
const BATCH = 64

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
    for (let first = 0; first < missing.length; first += BATCH) {
      const batch = missing.slice(first, first + BATCH)
      const made = await models.embed(batch, options)
      for (const [i, vector] of made.entries()) this.#vectors.set(batch[i] ?? '', vector)
    }
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
