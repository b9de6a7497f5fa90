import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildIndex } from '../../index/build.ts'
import { foldSpace } from '../../presentation/fold-space.ts'
import { type Inference, startInference } from '../../index/inference/inference.ts'
import { passageTextOf } from '../../index/passage-texts.ts'
import { plainBlocks } from '../../index/documents/extractors/plain.ts'
import { english } from '../../index/language/en.ts'
import { type Passage, splitBlocks } from '../../index/splitting/split.ts'
import { embeddedEngine } from '../../server/engine.ts'
import type { Config } from '../../server/config.ts'
import { decimal, ms, perSecond, shown } from '../measurements/figures.ts'
import type { Measure } from '../measures.ts'
import { timed } from './times.ts'

const SENTENCES = 1500

/**
 * The rate of a whole build, from loading the models to publishing the index, against embedding the
 * same passages alone, by as many processes.
 */
export async function measureBuild(config: Config, text: string): Promise<Measure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-benchmark-'))
  const inference = await startInference(config.buildInference)
  try {
    const generated = recombineSentences(text, SENTENCES)
    await writeFile(path.join(folder, 'generated.txt'), generated)
    const passages = splitText(generated).map(({ start, end, sentences }) =>
      passageTextOf('generated', { text: generated.slice(start, end), start, sentences }),
    )
    const embedAlone = (from: number, to: number) =>
      timed(() =>
        Promise.all(passages.slice(from, to).map((passage) => inference.embedSentences([passage]))),
      )
    // One half is embedded before the build and one after it, so that a machine that slows down
    // slows both alike.
    const half = passages.length / 2
    const firstHalfMs = await embedAlone(0, half)
    const build = await buildOnce(config, folder)
    const bareMs = firstHalfMs + (await embedAlone(half, passages.length))
    const rebuild = await buildOnce(config, folder)
    return measuresOf(passages.flatMap(({ sentences }) => sentences).length, bareMs, build, rebuild)
  } finally {
    await inference.close()
    await rm(folder, { recursive: true, force: true })
  }
}

interface TimedBuild {
  readonly ms: number
  readonly embedded: number
}

function measuresOf(
  sentences: number,
  bareMs: number,
  build: TimedBuild,
  rebuild: TimedBuild,
): Measure[] {
  const ratio = bareMs / build.ms
  const rate = (durationMs: number) => perSecond((sentences / durationMs) * 1000)
  return [
    {
      what: `build rate / bare embedding rate, ${build.embedded} sentences`,
      value: shown`${decimal(ratio)} (${rate(build.ms)} / ${rate(bareMs)})`,
      target: '≥ 0.85',
      met: ratio >= 0.85 && build.embedded === sentences,
    },
    {
      what: 'build with nothing changed',
      value: shown`${ms(rebuild.ms)}, ${rebuild.embedded} embedded`,
      target: '≤ 1000 ms, 0',
      met: rebuild.ms <= 1000 && rebuild.embedded === 0,
    },
  ]
}

/** Builds the index of a folder. Starts the models only when the build needs them. */
async function buildOnce(config: Config, folder: string): Promise<TimedBuild> {
  let started: Promise<Inference> | undefined
  const inference = () => (started ??= startInference(config.buildInference))
  let embedded = 0
  const buildMs = await timed(async () => {
    const result = await buildIndex({
      documentsDir: folder,
      storage: embeddedEngine({ ...config, indexDir: path.join(folder, 'built') }).storage,
      models: config.inference,
      inference,
    })
    ;({ embedded } = result)
  })
  await (await started)?.close()
  return { ms: buildMs, embedded }
}

/**
 * Generates `count` different sentences as long as those of `text`: each is the first half of one
 * and the second half of another.
 */
function recombineSentences(text: string, count: number): string {
  const sentences = splitText(text)
    .flatMap((passage) => passage.sentences)
    .map(({ start, end }) => foldSpace(text.slice(start, end)).split(' '))
  const generated = Array.from({ length: count }, (_, i) => {
    const head = sentences[i % sentences.length] ?? []
    const tail = sentences[Math.floor(i / sentences.length + i) % sentences.length] ?? []
    const words = [...head.slice(0, head.length / 2), `case ${i}`, ...tail.slice(tail.length / 2)]
    return words.join(' ').replace(/[.?!]?$/, i % 5 === 4 ? '.\n\n' : '.')
  })
  return generated.join(' ')
}

function splitText(text: string): Passage[] {
  return splitBlocks(text, plainBlocks(text), english)
}
