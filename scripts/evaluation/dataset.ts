import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import type { Span } from '../../index/splitting/span.ts'

/** Where the answer to a question stands. */
export interface Gold extends Span {
  readonly documentId: string
  /** `contain`: a quote must contain the span; `overlap`: it must overlap it. */
  readonly match: 'contain' | 'overlap'
}

export interface EvaluationQuestion {
  readonly question: string
  /** Which of the documents it was asked of, by its place in the set. */
  readonly article: number
  /** Null where the documents do not answer it. */
  readonly gold: Gold | null
}

export interface EvaluationSet {
  /** The files to index, in order: the document's id is the name without its ending. */
  readonly documents: readonly {
    readonly id: string
    readonly file: string
    readonly content: string
  }[]
  readonly questions: readonly EvaluationQuestion[]
  readonly kind: 'squad' | 'conversations'
}

const squad = z.object({
  data: z.array(
    z.object({
      title: z.string(),
      paragraphs: z.array(
        z.object({
          context: z.string(),
          qas: z.array(
            z.object({
              question: z.string(),
              answers: z.array(z.object({ text: z.string(), answer_start: z.int() })),
            }),
          ),
        }),
      ),
    }),
  ),
})

const conversations = z.object({
  dialogs: z.array(
    z.object({
      title: z.string(),
      section: z.string(),
      turns: z.array(z.object({ rewrite: z.string(), answer: z.string().nullable() })),
    }),
  ),
})

/** Reads a SQuAD file, or one of conversations, whose turns are then asked as people rewrote them to stand alone. */
export async function readDataset(file: string): Promise<EvaluationSet> {
  const json: unknown = JSON.parse(await readFile(file, 'utf8'))
  const asSquad = squad.safeParse(json)
  if (asSquad.success) return fromSquad(asSquad.data)
  const asConversations = conversations.safeParse(json)
  if (asConversations.success) return fromConversations(asConversations.data)
  throw new FootnoteError(
    'dataset-invalid',
    `${file} is neither in SQuAD 1.1 format nor a file of conversations.`,
    asSquad.error,
  )
}

function fromSquad({ data }: z.infer<typeof squad>): EvaluationSet {
  const questions: EvaluationQuestion[] = []
  const documents = data.map(({ title, paragraphs }, article) => {
    const id = `article-${article}`
    let offset = 0
    for (const { context, qas } of paragraphs) {
      for (const { question, answers } of qas) {
        const [answer] = answers
        const start = offset + (answer?.answer_start ?? 0)
        const gold = answer
          ? { documentId: id, start, end: start + answer.text.length, match: 'contain' as const }
          : null
        questions.push({ question, article, gold })
      }
      offset += context.length + '\n\n'.length
    }
    const text = paragraphs.map(({ context }) => context).join('\n\n')
    const frontMatter = `---\ntitle: ${JSON.stringify(title.replaceAll('_', ' '))}\n---\n`
    return { id, file: `${id}.txt`, content: frontMatter + text }
  })
  return { documents, questions, kind: 'squad' }
}

function fromConversations({ dialogs }: z.infer<typeof conversations>): EvaluationSet {
  const titles = [...new Set(dialogs.map(({ title }) => title))]
  const questions: EvaluationQuestion[] = []
  const documents = titles.map((title, article) => {
    const id = `article-${article}`
    const own = dialogs.filter((dialog) => dialog.title === title)
    let content = `# ${title}\n`
    const placed = new Map<string, Gold>()
    for (const section of new Set(own.map((dialog) => dialog.section))) {
      content += `\n## ${section}\n`
      for (const { turns } of own.filter((dialog) => dialog.section === section)) {
        for (const { answer } of turns) {
          if (answer === null || placed.has(answer)) continue
          const start = content.length + 1
          placed.set(answer, {
            documentId: id,
            start,
            end: start + answer.length,
            match: 'overlap',
          })
          content += `\n${answer}\n`
        }
      }
    }
    for (const { turns } of own) {
      for (const { rewrite, answer } of turns) {
        const gold = answer === null ? null : (placed.get(answer) ?? null)
        questions.push({ question: rewrite, article, gold })
      }
    }
    return { id, file: `${id}.md`, content }
  })
  return { documents, questions, kind: 'conversations' }
}
