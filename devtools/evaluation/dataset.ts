import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import type { Span } from '../../index/span.ts'

/** The labelled answer to a question: a span of a document. */
export interface Gold extends Span {
  readonly documentId: string
  /** A quote is right if it contains the span, or if it overlaps the span. */
  readonly match: 'contain' | 'overlap'
}

/** A labelled question. */
export interface EvaluationQuestion {
  readonly question: string
  /** The article that it is about, by its place in the data set. */
  readonly article: number
  /** Null where the indexed documents do not answer it. */
  readonly gold: Gold | null
}

/** A turn of a dialog; `question` is what was typed. */
export interface EvaluationTurn extends EvaluationQuestion {
  /** The question as a person rewrote it, so that it can be understood alone. */
  readonly rewrite: string
}

/** A file to index; the document's id is the file's name without its extension. */
export interface EvaluationDocument {
  readonly file: string
  readonly content: string
}

/** Questions about articles, each asked alone. */
export interface QuestionSet {
  readonly kind: 'squad'
  readonly articles: readonly { readonly title: string; readonly paragraphs: readonly string[] }[]
  readonly questions: readonly EvaluationQuestion[]
}

/** Dialogs about documents. */
export interface ConversationSet {
  readonly kind: 'conversations'
  readonly documents: readonly EvaluationDocument[]
  readonly dialogs: readonly (readonly EvaluationTurn[])[]
}

export type EvaluationSet = QuestionSet | ConversationSet

const PARAGRAPH_SEPARATOR = '\n\n'

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

/**
 * Reads a file in SQuAD 1.1 format, or a file of conversations. Throws `dataset-invalid` for any
 * other file.
 */
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

/** Reads a file in SQuAD 1.1 format. Throws `dataset-invalid` for any other file. */
export async function readQuestionSet(file: string): Promise<QuestionSet> {
  const set = await readDataset(file)
  if (set.kind === 'squad') return set
  throw new FootnoteError('dataset-invalid', `${file} is not in SQuAD 1.1 format.`)
}

/** Makes a document of an article. */
export function articleDocument(
  article: number,
  title: string,
  paragraphs: readonly string[],
): EvaluationDocument {
  const frontMatter = `---\ntitle: ${JSON.stringify(title)}\n---\n`
  return {
    file: `${articleId(article)}.txt`,
    content: frontMatter + paragraphs.join(PARAGRAPH_SEPARATOR),
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
      offset += context.length + PARAGRAPH_SEPARATOR.length
    }
    return {
      title: title.replaceAll('_', ' '),
      paragraphs: paragraphs.map(({ context }) => context),
    }
  })
  return { kind: 'squad', articles, questions }
}

type Dialog = z.infer<typeof conversations>['dialogs'][number]

function fromConversations({ dialogs }: z.infer<typeof conversations>): ConversationSet {
  const titles = [...new Set(dialogs.map(({ title }) => title))]
  const articles = titles.map((title, article) =>
    documentOfAnswers(
      article,
      title,
      dialogs.filter((dialog) => dialog.title === title),
    ),
  )
  return {
    kind: 'conversations',
    documents: articles.map(({ document }) => document),
    dialogs: dialogs.map(({ title, turns }) => {
      const article = titles.indexOf(title)
      return turns.map(({ question, rewrite, answer }) => {
        const gold = answer === null ? null : (articles[article]?.goldOf.get(answer) ?? null)
        return { question, rewrite, article, gold }
      })
    }),
  }
}

/**
 * Makes a document of the answers in the dialogs with one title: each answer is a paragraph, once.
 */
function documentOfAnswers(
  article: number,
  title: string,
  dialogs: readonly Dialog[],
): { document: EvaluationDocument; goldOf: ReadonlyMap<string, Gold> } {
  const documentId = articleId(article)
  const goldOf = new Map<string, Gold>()
  let content = `# ${title}\n`
  for (const section of new Set(dialogs.map((dialog) => dialog.section))) {
    content += `\n## ${section}\n`
    for (const { turns } of dialogs.filter((dialog) => dialog.section === section)) {
      for (const { answer } of turns) {
        if (answer === null || goldOf.has(answer)) continue
        const start = content.length + 1
        const end = start + answer.length
        goldOf.set(answer, { documentId, start, end, match: 'overlap' })
        content += `\n${answer}\n`
      }
    }
  }
  return { document: { file: `${documentId}.md`, content }, goldOf }
}

function articleId(article: number): string {
  return `article-${article}`
}
