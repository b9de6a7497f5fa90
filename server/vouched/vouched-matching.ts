import { QuestionVectors } from './question-vectors.ts'
import type { VouchedAnswers, VouchedSnapshot } from './vouched-answers.ts'
import { VouchedMatcher } from './vouched-matcher.ts'

/** Gives the matcher for the vouched answers as they are now. */
export class VouchedMatching {
  readonly #answers: VouchedAnswers
  readonly #vectors = new QuestionVectors()
  #snapshot: VouchedSnapshot | null = null
  #matcher: VouchedMatcher | null = null

  constructor(answers: VouchedAnswers) {
    this.#answers = answers
  }

  /** The same object until a vouched answer changes. */
  async current(): Promise<VouchedMatcher> {
    const snapshot = await this.#answers.current()
    if (this.#matcher && snapshot === this.#snapshot) return this.#matcher
    this.#snapshot = snapshot
    this.#vectors.retain(snapshot.answers.map(({ question }) => question))
    this.#matcher = new VouchedMatcher(snapshot, this.#vectors)
    return this.#matcher
  }
}
