import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import type { Span } from '../../index/span.ts'

/** Where the answer to a question stands. */
export interface Gold extends Span {
  readonly documentId: string
  /** `contain`: a quote must contain the span; `overlap`: it must overlap it. */
  readonly match: 'contain' | 'overlap'
}

export interface EvaluationQuestion {
  readonly question: string
  /** Which of the documents it is about, by its place in the set. */
  readonly article: number
  /** Null where the documents that it is asked of do not answer it. */
  readonly gold: Gold | null
}

/** A turn of a conversation: `question` as it was asked. */
export interface EvaluationTurn extends EvaluationQuestion {
  /** The question as a person rewrote it to stand alone. */
  readonly rewrite: string
}

/** A file to index; the document's id is its name without the ending. */
export interface EvaluationDocument {
  readonly file: string
  readonly content: string
}

export interface QuestionSet {
  readonly kind: 'squad'
  readonly articles: readonly { readonly title: string; readonly paragraphs: readonly string[] }[]
  readonly questions: readonly EvaluationQuestion[]
}

export interface ConversationSet {
  readonly kind: 'conversations'
  readonly documents: readonly EvaluationDocument[]
  readonly dialogs: readonly (readonly EvaluationTurn[])[]
}

export type EvaluationSet = QuestionSet | ConversationSet

const BETWEEN_PARAGRAPHS = '\n\n'

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
      turns: z.array(
        z.object({ question: z.string(), rewrite: z.string(), answer: z.string().nullable() }),
      ),
    }),
  ),
})

/** Reads a SQuAD file or one of conversations; throws `dataset-invalid` for any other. */
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

/** An article of a SQuAD file as a document. */
export function articleDocument(
  article: number,
  title: string,
  paragraphs: readonly string[],
): EvaluationDocument {
  const frontMatter = `---\ntitle: ${JSON.stringify(title)}\n---\n`
  return {
    file: `${articleId(article)}.txt`,
    content: frontMatter + paragraphs.join(BETWEEN_PARAGRAPHS),
  }
}

function fromSquad({ data }: z.infer<typeof squad>): QuestionSet {
  const questions: EvaluationQuestion[] = []
  const articles = data.map(({ title, paragraphs }, article) => {
    let offset = 0
    for (const { context, qas } of paragraphs) {
      for (const { question, answers } of qas) {
        const [answer] = answers
        const start = offset + (answer?.answer_start ?? 0)
        const end = start + (answer?.text.length ?? 0)
        const gold: Gold | null = answer
          ? { documentId: articleId(article), start, end, match: 'contain' }
          : null
        questions.push({ question, article, gold })
      }
      offset += context.length + BETWEEN_PARAGRAPHS.length
    }
    return {
      title: title.replaceAll('_', ' '),
      paragraphs: paragraphs.map(({ context }) => context),
    }
  })
  return { kind: 'squad', articles, questions }
}

function fromConversations({ dialogs }: z.infer<typeof conversations>): ConversationSet {
  const titles = [...new Set(dialogs.map(({ title }) => title))]
  const placed = new Map<string, Gold>()
  const documents = titles.map((title, article) => {
    const id = articleId(article)
    const own = dialogs.filter((dialog) => dialog.title === title)
    let content = `# ${title}\n`
    for (const section of new Set(own.map((dialog) => dialog.section))) {
      content += `\n## ${section}\n`
      for (const { turns } of own.filter((dialog) => dialog.section === section)) {
        for (const { answer } of turns) {
          if (answer === null || placed.has(id + answer)) continue
          const start = content.length + 1
          const end = start + answer.length
          placed.set(id + answer, { documentId: id, start, end, match: 'overlap' })
          content += `\n${answer}\n`
        }
      }
    }
    return { file: `${id}.md`, content }
  })
  return {
    kind: 'conversations',
    documents,
    dialogs: dialogs.map(({ title, turns }) => {
      const article = titles.indexOf(title)
      return turns.map(({ question, rewrite, answer }) => {
        const gold = answer === null ? null : (placed.get(articleId(article) + answer) ?? null)
        return { question, rewrite, article, gold }
      })
    }),
  }
}

function articleId(article: number): string {
  return `article-${article}`
}
