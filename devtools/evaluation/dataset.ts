import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { FootnoteError } from '../../index/errors.ts'
import type { Span } from '../../index/span.ts'

/** The labelled answer to a question: a span of a document. */
export interface Gold extends Span {
  readonly documentId: string
  /** The document from `start` to `end`. */
  readonly text: string
  /** A quote is right if it contains the span, or if it overlaps the span. */
  readonly match: 'contain' | 'overlap'
}

/** A labelled question. */
export interface EvaluationQuestion {
  readonly question: string
  /** The article that it is about, by its place in the data set. */
  readonly article: number
  /** The paragraph of the article that it was asked about, from 0; 0 for a turn of a dialog. */
  readonly paragraph: number
  /** The documents to answer from; null: all of them. */
  readonly documentIds: readonly string[] | null
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

/** What stands between two paragraphs of a document that was made of an article. */
export const PARAGRAPH_SEPARATOR = '\n\n'

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
      title: z.string().nullable(),
      section: z.string().nullable(),
      turns: z.array(
        z.object({ question: z.string(), rewrite: z.string(), answer: z.string().nullable() }),
      ),
    }),
  ),
})

/**
 * Reads a file in the format of SQuAD 1.1 or 2.0, or a file of conversations. The file may be compressed with gzip. Throws
 * `dataset-invalid` for any other file.
 */
export async function readDataset(file: string): Promise<EvaluationSet> {
  const json = await readJson(file)
  const asSquad = squad.safeParse(json)
  if (asSquad.success) return fromSquad(asSquad.data)
  const asConversations = conversations.safeParse(json)
  if (asConversations.success) return fromConversations(asConversations.data)
  throw new FootnoteError(
    'dataset-invalid',
    `${file} is neither in the format of SQuAD nor a file of conversations.`,
    asSquad.error,
  )
}

/** Reads a file in the format of SQuAD. Throws `dataset-invalid` for any other file. */
export async function readQuestionSet(file: string): Promise<QuestionSet> {
  const set = await readDataset(file)
  if (set.kind === 'squad') return set
  throw new FootnoteError('dataset-invalid', `${file} is not in the format of SQuAD.`)
}

/** Reads a file of conversations as it is. Throws `dataset-invalid` for any other file. */
export async function readDialogs(file: string): Promise<readonly Dialog[]> {
  const parsed = conversations.safeParse(await readJson(file))
  if (parsed.success) return parsed.data.dialogs
  throw new FootnoteError('dataset-invalid', `${file} is not a file of conversations.`)
}

async function readJson(file: string): Promise<unknown> {
  const bytes = await readFile(file)
  return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString())
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
    for (const [paragraph, { context, qas }] of paragraphs.entries()) {
      for (const { question, answers } of qas) {
        const [answer] = answers
        const start = offset + (answer?.answer_start ?? 0)
        const end = start + (answer?.text.length ?? 0)
        const gold: Gold | null = answer
          ? { documentId: articleId(article), start, end, text: answer.text, match: 'contain' }
          : null
        questions.push({ question, article, paragraph, documentIds: null, gold })
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

/** A conversation as a file has it. */
export type Dialog = z.infer<typeof conversations>['dialogs'][number]

/** Documents that were made of answers, and where each answer stands. */
interface AnswerDocuments {
  readonly documents: readonly EvaluationDocument[]
  readonly goldOf: ReadonlyMap<string, Gold>
}

function fromConversations({ dialogs }: z.infer<typeof conversations>): ConversationSet {
  const titles = [...new Set(dialogs.map(({ title }) => title))]
  const articles = titles.map((title, article) => {
    const ofTitle = dialogs.filter((dialog) => dialog.title === title)
    return title === null
      ? documentsOfAnswers(article, ofTitle)
      : documentOfSections(article, title, ofTitle)
  })
  return {
    kind: 'conversations',
    documents: articles.flatMap(({ documents }) => documents),
    dialogs: dialogs.map(({ title, turns }) => {
      const article = titles.indexOf(title)
      return turns.map(({ question, rewrite, answer }) => {
        const gold = answer === null ? null : (articles[article]?.goldOf.get(answer) ?? null)
        return { question, rewrite, article, paragraph: 0, documentIds: null, gold }
      })
    }),
  }
}

/** Makes one document of the answers in the dialogs with one title: each answer is a paragraph, once. */
function documentOfSections(
  article: number,
  title: string,
  dialogs: readonly Dialog[],
): AnswerDocuments {
  const documentId = articleId(article)
  const goldOf = new Map<string, Gold>()
  let content = `# ${title}\n`
  for (const section of new Set(dialogs.map((dialog) => dialog.section))) {
    if (section !== null) content += `\n## ${section}\n`
    for (const answer of answersIn(dialogs.filter((dialog) => dialog.section === section))) {
      if (goldOf.has(answer)) continue
      const start = content.length + 1
      const end = start + answer.length
      goldOf.set(answer, { documentId, start, end, text: answer, match: 'overlap' })
      content += `\n${answer}\n`
    }
  }
  return { documents: [{ file: `${documentId}.md`, content }], goldOf }
}

/** Makes a document without a title of each answer in dialogs without a title, once. */
function documentsOfAnswers(article: number, dialogs: readonly Dialog[]): AnswerDocuments {
  const answers = [...new Set(answersIn(dialogs))]
  const documents = answers.map((content, i) => {
    return { file: `${articleId(article)}-${i}.txt`, content }
  })
  const goldOf = new Map(
    answers.map((text, i): [string, Gold] => [
      text,
      {
        documentId: `${articleId(article)}-${i}`,
        start: 0,
        end: text.length,
        text,
        match: 'overlap',
      },
    ]),
  )
  return { documents, goldOf }
}

function answersIn(dialogs: readonly Dialog[]): string[] {
  return dialogs.flatMap(({ turns }) => turns.flatMap(({ answer }) => answer ?? []))
}

/** The id of the document that is made of an article. */
export function articleId(article: number): string {
  return `article-${article}`
}
