import {
  documentId,
  listSourceFiles,
  readSourceFile,
} from '../../../index/documents/source-files.ts'
import { type Document, parseDocument } from '../../../index/documents/document.ts'
import { extractorFor } from '../../../index/documents/extractors/formats.ts'
import type { IndexStorage } from '../../../index/storage/storage.ts'
import { generateVectors } from '../../benchmark/generate-vectors.ts'
import { articleDocument, type EvaluationDocument, readDataset } from '../dataset.ts'
import type { SourceSentence } from './measure.ts'

/** Reads the documents of a folder, or those of a data set. Throws `dataset-invalid`, and an `Error` if a file cannot be read. */
export async function readTexts(path: string): Promise<Document[]> {
  return /\.json(?:\.gz)?$/.test(path) ? readDatasetTexts(path) : readFolder(path)
}

async function readDatasetTexts(file: string): Promise<Document[]> {
  const set = await readDataset(file)
  const documents =
    set.kind === 'conversations'
      ? set.documents
      : Array.from(set.articles, ({ title, paragraphs }, i) =>
          articleDocument(i, title, paragraphs),
        )
  return Promise.all(documents.map(parseEvaluationDocument))
}

function parseEvaluationDocument({ file, content }: EvaluationDocument): Promise<Document> {
  const format = extractorFor(file)?.format ?? 'plain'
  const source = { id: documentId(file), name: file, path: file, format }
  return parseDocument(source, Buffer.from(content), '')
}

async function readFolder(folder: string): Promise<Document[]> {
  const { files } = await listSourceFiles(folder)
  const documents: Document[] = []
  for (const file of files) {
    const { bytes, yaml } = await readSourceFile(file)
    documents.push(await parseDocument(file, bytes, '', yaml))
  }
  return documents
}

/** The sentences of a document, in order. */
export function sentencesOf({ id, text, passages }: Document): SourceSentence[] {
  return passages
    .flatMap(({ sentences }) => sentences)
    .map(({ start, end }) => ({ documentId: id, start, end, text: text.slice(start, end) }))
}

/** Writes an index of documents with generated vectors, because words are found without vectors. */
export async function indexTexts(
  documents: readonly Document[],
  storage: IndexStorage,
): Promise<void> {
  const vectorOf = generateVectors()
  const build = await storage.beginBuild()
  for (const document of documents) {
    await build.put(
      document,
      sentencesOf(document).map(({ text }) => vectorOf(text)),
    )
  }
  await build.publish()
  await build.close()
}
