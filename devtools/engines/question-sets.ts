import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type EvaluationDocument, readQuestionSet } from '../evaluation/dataset.ts'
import { documentsOf, take } from '../evaluation/rounds.ts'

/** Documents, and what is asked of them. */
export interface NamedQuestions {
  readonly name: string
  readonly documents: readonly EvaluationDocument[]
  /** Questions that are asked one after the other in one conversation; a question alone is one of its own. */
  readonly dialogs: readonly (readonly string[])[]
}

const SHIPPED_DOCUMENT = 'documents/inss-insight-1351.txt'
const TALK = 'test/golden/speech.txt'

const asked = z.object({ question: z.string() })
const questionsSchema = z.object({
  answered: z.array(asked),
  inOtherWords: z.array(asked),
  refused: z.array(z.string()),
  refusedOfTheSubject: z.array(z.string()),
})
const talkSchema = z.object({ answered: z.array(asked), refused: z.array(z.string()) })
const conversationsSchema = z.array(z.array(asked))

/** The questions that must stay right: to the shipped document, one by one and in conversations, and to a talk. */
export async function goldenQuestions(): Promise<NamedQuestions[]> {
  const shipped = [await projectDocument(SHIPPED_DOCUMENT)]
  const questions = questionsSchema.parse(await readJson('test/golden/questions.json'))
  const conversations = conversationsSchema.parse(await readJson('test/golden/conversations.json'))
  const talk = talkSchema.parse(await readJson('test/golden/speech-questions.json'))
  return [
    {
      name: 'golden questions',
      documents: shipped,
      dialogs: alone([
        ...textsOf([...questions.answered, ...questions.inOtherWords]),
        ...questions.refused,
        ...questions.refusedOfTheSubject,
      ]),
    },
    {
      name: 'golden conversations',
      documents: shipped,
      dialogs: conversations.map(textsOf),
    },
    {
      name: 'questions to a talk',
      documents: [await projectDocument(TALK)],
      dialogs: alone([...textsOf(talk.answered), ...talk.refused]),
    },
  ]
}

/** Questions of a file in the format of SQuAD, evenly chosen, and its articles. Throws `dataset-invalid`. */
export async function datasetQuestions(file: string, count: number): Promise<NamedQuestions> {
  const set = await readQuestionSet(file)
  const questions = take(set.questions, Math.min(count, set.questions.length))
  return {
    name: 'questions of the data set',
    documents: documentsOf(set),
    dialogs: alone(questions.map(({ question }) => question)),
  }
}

function alone(questions: readonly string[]): string[][] {
  return questions.map((question) => [question])
}

function textsOf(questions: readonly z.infer<typeof asked>[]): string[] {
  return questions.map(({ question }) => question)
}

async function projectDocument(name: string): Promise<EvaluationDocument> {
  const file = name.replace(/^.*\//, '')
  return { file, content: await readFile(pathOf(name), 'utf8') }
}

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(pathOf(name), 'utf8'))
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url))
}
