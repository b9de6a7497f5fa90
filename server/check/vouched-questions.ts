import { z } from 'zod'
import { covers, type VisibleCollections } from '../access/caller.ts'
import type { RecordStore } from '../state/state.ts'
import type { ImportedQuestion } from './import-file.ts'

const vouchedAnswer = z.object({
  question: z.string(),
  quotes: z.array(
    z.object({
      documentId: z.string(),
      collection: z.string().nullable(),
      start: z.int(),
      end: z.int(),
      text: z.string(),
    }),
  ),
})

/** The questions of the vouched answers whose quotes all are in these collections, with their quotes. */
export async function vouchedQuestions(
  records: RecordStore,
  visible: VisibleCollections,
): Promise<ImportedQuestion[]> {
  const answers = (await records.all('vouched')).map(({ json }) =>
    vouchedAnswer.parse(JSON.parse(json)),
  )
  const isVisible = (collection: string | null) =>
    covers(visible, collection === null ? null : [collection])
  return answers
    .filter(({ quotes }) => quotes.every(({ collection }) => isVisible(collection)))
    .map(({ question, quotes }) => ({
      question,
      quotes: quotes.map(({ documentId, start, end, text }) => ({ documentId, start, end, text })),
    }))
}
