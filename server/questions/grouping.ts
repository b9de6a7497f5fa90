import { setImmediate } from 'node:timers/promises'
import { covers } from '../access/caller.ts'
import type { GroupLeader, GroupMember, QuestionStore, QuestionVector } from '../state/state.ts'

/**
 * From this cosine of two questions' embeddings on, they are alike. Tried on XQuAD's 612 questions of 24 articles and 62 paraphrases of 31 of them:
 * 54 paraphrases came into the group of their question, and 68 of the 612 questions into a group with another one, most of them on the same
 * matter. With 0.84, 60 paraphrases and 109 questions did.
 */
const ALIKE = 0.88

/** How many questions are put into groups at once. */
const BATCH = 100

/** How many groups a question is compared with in one turn of the event loop: for about 4 ms. */
const COMPARED_AT_ONCE = 10_000

/** How long the leaders of groups are remembered, in ms: those of questions that were forgotten meanwhile are then gone too. */
const REMEMBERED_MS = 3_600_000

/**
 * Puts each question without a group into the group whose first question is most like it, or begins a group with it. Groups never
 * merge: a question stays where it is. Whoever sees a question sees the first one of its group, too, so that no group tells of
 * questions that somebody must not see.
 */
export class Grouping {
  readonly #store: QuestionStore
  #leaders: GroupLeader[] = []
  #loadedAtMs = -Infinity

  constructor(store: QuestionStore) {
    this.#store = store
  }

  /** Puts all questions that wait into groups. */
  async run(): Promise<void> {
    for (;;) {
      const waiting = await this.#store.ungrouped(BATCH)
      if (waiting.length === 0) return
      await this.#load()
      const members: GroupMember[] = []
      for (const question of waiting) members.push(await this.#place(question))
      await this.#store.putIntoGroups(members)
    }
  }

  /** Drops what is remembered of questions. */
  forget(): void {
    this.#leaders = []
    this.#loadedAtMs = -Infinity
  }

  /** Loads the groups that this process does not know: other processes may begin some too. */
  async #load(): Promise<void> {
    if (performance.now() - this.#loadedAtMs > REMEMBERED_MS) {
      this.#leaders = []
      this.#loadedAtMs = performance.now()
    }
    this.#leaders.push(...(await this.#store.leaders(this.#leaders.at(-1)?.id ?? 0)))
  }

  async #place({ id, vector, collections }: QuestionVector): Promise<GroupMember> {
    let nearest: GroupMember | null = null
    let best = ALIKE
    for (const [i, leader] of this.#leaders.entries()) {
      if (i % COMPARED_AT_ONCE === COMPARED_AT_ONCE - 1) await setImmediate()
      if (!covers(collections, leader.collections)) continue
      const cosine = product(leader.vector, vector)
      if (cosine < best) continue
      nearest = leader
      best = cosine
    }
    if (nearest) return { id, group: nearest.group }
    this.#leaders.push({ id, group: id, vector, collections })
    return { id, group: id }
  }
}

/** The member of a group that is nearest to the mean of all; of those without a vector only where none has one. */
export function mostCentral<T extends { readonly vector: Float32Array | null }>(
  members: readonly T[],
): T | undefined {
  const vectors = members.flatMap(({ vector }) => (vector ? [vector] : []))
  const [first] = vectors
  if (!first) return members[0]
  const sum = new Float32Array(first.length)
  for (const vector of vectors) {
    for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0)
  }
  const nearness = ({ vector }: T) => (vector ? product(vector, sum) : -Infinity)
  return members.reduce((best, member) => (nearness(member) > nearness(best) ? member : best))
}

/** The product of two vectors, which is their cosine where both have the length 1; 0 where they are of two models. */
function product(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
