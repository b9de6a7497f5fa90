import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../../shared/eval/', import.meta.url))

/** The articles of a SQuAD file, each its paragraphs; null where the evaluation data is not beside the project. */
export function readArticles(name: string): { title: string; paragraphs: string[] }[] | null {
  const file = FOLDER + name
  if (!existsSync(file)) {
    process.stderr.write(`skipped: ${name} is not in ${FOLDER}\n`)
    return null
  }
  const squad: {
    data: { title: string; paragraphs: { context: string }[] }[]
  } = JSON.parse(readFileSync(file, 'utf8'))
  return squad.data.map(({ title, paragraphs }) => {
    return { title, paragraphs: paragraphs.map(({ context }) => context) }
  })
}
