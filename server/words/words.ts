import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { EqualForms } from '../../index/retrieval/equal-forms.ts'
import { covers, type VisibleCollections } from '../access/caller.ts'
import type { State } from '../state/state.ts'

/** Forms that somebody found equal, or a proposal that somebody refused. */
export interface Word {
  readonly id: string
  /** As they were entered; two or more. */
  readonly forms: EqualForms
  /** Whether the forms are searched for, or not proposed again. */
  readonly state: 'accepted' | 'rejected'
  /** The collections that whoever entered it may see; null: all. */
  readonly collections: VisibleCollections
  /** The name of whoever entered it. */
  readonly by: string
  /** When, in ms since 1970. */
  readonly atMs: number
}

/** A word to enter. */
export type NewWord = Omit<Word, 'id' | 'atMs'>

/** The words of the house. Every method rejects as those of {@link State}. */
export interface Words {
  /**
   * The equal forms for somebody who sees these collections (null: all). A word counts for those who see all that its author saw,
   * so that no form tells of documents that the asker must not see. The same array as long as no word changes.
   */
  formsFor(visible: VisibleCollections): Promise<readonly EqualForms[]>
  /** All words, the oldest first. */
  all(): Promise<readonly Word[]>
  /** Enters a word, and logs it. The same forms of the same collections are one word: they then have the new state and author. */
  enter(word: NewWord): Promise<Word>
  /** Removes a word, and logs who did. False where there is none any more. */
  remove(word: Word, by: string): Promise<boolean>
}

/** What a record of the kind `word` has. */
const stored = z.object({
  forms: z.array(z.string()).min(2),
  state: z.enum(['accepted', 'rejected']),
  collections: z.array(z.string()).nullable(),
  by: z.string(),
  at: z.iso.datetime(),
})

/** The words at a version of the records. */
interface KeptWords {
  readonly version: number
  readonly words: readonly Word[]
  readonly formsFor: Map<string, readonly EqualForms[]>
}

/** Opens the words that are kept in `records`. They are read again when any server changed one. */
export function openWords({ records, audit }: Pick<State, 'records' | 'audit'>): Words {
  let kept: KeptWords | null = null
  const current = async (): Promise<KeptWords> => {
    // Before the words: what changes meanwhile is read by the next call.
    const version = await records.version('word')
    if (kept?.version === version) return kept
    const words = (await records.all('word')).map(({ id, json }) => wordOf(id, json))
    kept = { version, words, formsFor: new Map() }
    return kept
  }
  const log = (by: string, action: string, { forms, collections }: NewWord) => {
    const [collection = null, ...others] = collections ?? []
    const subject = forms.join(' = ')
    return audit.add({ by, action, subject, collection: others.length > 0 ? null : collection })
  }
  return {
    formsFor: async (visible) => {
      const { words, formsFor } = await current()
      const key = JSON.stringify(visible?.toSorted() ?? null)
      const forms =
        formsFor.get(key) ??
        words
          .filter((word) => word.state === 'accepted' && isFor(word, visible))
          .map((word) => word.forms)
      formsFor.set(key, forms)
      return forms
    },
    all: async () => (await current()).words,
    enter: async (word) => {
      const { forms, state, collections, by } = word
      const atMs = Date.now()
      const id = idOf(forms, collections)
      const json = JSON.stringify({
        forms,
        state,
        collections,
        by,
        at: new Date(atMs).toISOString(),
      })
      // Another server may enter or remove it at the same time.
      while (!(await records.add('word', { id, json }))) {
        if (await records.replace('word', { id, json })) break
      }
      await log(by, `word.${state}`, word)
      return { id, ...word, atMs }
    },
    remove: async (word, by) => {
      const isRemoved = await records.remove('word', word.id)
      if (isRemoved) await log(by, 'word.removed', word)
      return isRemoved
    },
  }
}

/** Whether somebody who sees these collections sees all that the author of a word saw. */
export function isFor(word: Pick<Word, 'collections'>, visible: VisibleCollections): boolean {
  return word.collections === null || covers(visible, word.collections)
}

function wordOf(id: string, json: string): Word {
  const { at, ...word } = stored.parse(JSON.parse(json))
  return { id, ...word, atMs: Date.parse(at) }
}

/** The id of a word: the same for the same forms in any order. */
function idOf(forms: EqualForms, collections: VisibleCollections): string {
  const named = JSON.stringify([forms.toSorted(), collections?.toSorted() ?? null])
  return createHash('sha256').update(named).digest('hex').slice(0, 32)
}
