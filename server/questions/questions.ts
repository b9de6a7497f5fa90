import type { Ask } from '../conversation/question-queue.ts'
import type { Log } from '../log.ts'
import type { VisibleCollections } from '../access/caller.ts'
import type {
  FeedbackStore,
  GroupPage,
  KeptQuestion,
  QuestionFilter,
  QuestionGroup,
  QuestionStore,
} from '../state/state.ts'
import { Grouping, mostCentral } from './grouping.ts'
import { Recorder } from './recorder.ts'

/**
 * A confidence is calibrated: an answer with a lower one than this is more often wrong than right. Those below the threshold are not
 * even given.
 */
const UNSURE_BELOW = 0.5

/** How many questions of each group are listed, and take part in naming it. */
const MAX_MEMBERS = 100

/** How many questions an export reads at once. */
const EXPORTED_AT_ONCE = 1000

/** The kept questions, for those who look after the documents. All methods reject as those of the store do. */
export interface Questions {
  /** A part of the groups of alike questions that a filter takes. */
  groups(filter: Filter, page: GroupPage): Promise<ListedGroups>
  /** All questions that a filter takes, by id. */
  all(filter: Filter): AsyncIterable<KeptQuestion>
  /** A question by its id; null where there is none that the caller may see. */
  find(id: number, within: VisibleCollections): Promise<KeptQuestion | null>
  /** Forgets a question, or all of a group that the caller may see, and gives how many that were. */
  forget(which: { id: number } | { group: number }, within: VisibleCollections): Promise<number>
}

export type Filter = Omit<QuestionFilter, 'unsureBelow'>

/** Groups, and the numbers of all groups and questions. */
export interface ListedGroups {
  readonly groups: readonly ListedGroup[]
  readonly totalGroups: number
  readonly totalQuestions: number
}

/** A group with its questions, those that were asked most first. */
export interface ListedGroup extends QuestionGroup {
  /** The reading of its most central question. */
  readonly name: string
  /** At most 100. */
  readonly members: readonly KeptQuestion[]
}

/** What keeps questions and gives them. */
export interface KeepingQuestions {
  readonly questions: Questions
  /** Wraps `ask`: see `Recorder`. */
  readonly recording: (ask: Ask) => Ask
  readonly judging: (feedback: FeedbackStore, collections: VisibleCollections) => FeedbackStore
  /** Waits until all is written. */
  close(): Promise<void>
}

/** Keeps questions in a store. */
export function keepQuestions(store: QuestionStore, log: Log): KeepingQuestions {
  const grouping = new Grouping(store)
  const recorder = new Recorder({ store, grouping, log })
  return {
    questions: questionsIn(store, grouping, () => recorder.flush()),
    recording: (ask) => recorder.recording(ask),
    judging: (feedback, collections) => recorder.judging(feedback, collections),
    close: () => recorder.flush(),
  }
}

/** The questions in a store. `flush` writes those that wait to be written, so that what is read has them. */
export function questionsIn(
  store: QuestionStore,
  grouping: Pick<Grouping, 'forget'>,
  flush: () => Promise<void>,
): Questions {
  return {
    groups: async (given, page) => {
      const filter = { ...given, unsureBelow: UNSURE_BELOW }
      await flush()
      const { groups, ...totals } = await store.groups(filter, page)
      const ids = groups.map(({ group }) => group)
      const members = await store.members(filter, ids, MAX_MEMBERS)
      return { groups: groups.map((group) => listedGroup(group, members)), ...totals }
    },
    async *all(given) {
      const filter = { ...given, unsureBelow: UNSURE_BELOW }
      await flush()
      for (let afterId = 0; ;) {
        const part = await store.list(filter, { afterId, limit: EXPORTED_AT_ONCE })
        yield* part
        const last = part.at(-1)
        if (!last) return
        afterId = last.id
      }
    },
    find: async (id, within) => {
      await flush()
      return store.find(id, within)
    },
    forget: async (which, within) => {
      await flush()
      const forgotten = await store.forget(which, within)
      grouping.forget()
      return forgotten
    },
  }
}

type Member = KeptQuestion & { readonly vector: Float32Array | null }

function listedGroup(group: QuestionGroup, all: readonly Member[]): ListedGroup {
  const members = all.filter((member) => member.group === group.group)
  return Object.assign(group, {
    name: mostCentral(members)?.interpretedAs ?? '',
    members: members.map(withoutVector),
  })
}

function withoutVector({ vector: _vector, ...question }: Member): KeptQuestion {
  return question
}
