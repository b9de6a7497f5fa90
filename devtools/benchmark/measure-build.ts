import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildIndex } from '../../index/build.ts'
import { embeddedTexts, foldSpace } from '../../index/embedded-texts.ts'
import { startInference } from '../../index/inference/inference.ts'
import type { Models } from '../../index/inference/types.ts'
import { plainBlocks } from '../../index/documents/extractors/plain.ts'
import { english } from '../../index/language/en.ts'
import { type Passage, splitBlocks } from '../../index/splitting/split.ts'
import { storageOf } from '../../server/storage.ts'
import type { Config } from '../../server/config.ts'
import { lazily } from '../../scripts/build.ts'
import { type Measure, timed } from './measure.ts'

const SENTENCES = 1500

/** The rate of a whole build, models loaded and index published, against embedding the same texts bare. */
export async function measureBuild(
  config: Config,
  text: string,
  models: Models,
): Promise<Measure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-benchmark-'))
  try {
    const generated = generateText(text, SENTENCES)
    await writeFile(path.join(folder, 'generated.txt'), generated)
    const texts = splitText(generated).flatMap(({ start, end, sentences }) =>
      embeddedTexts('generated', { text: generated.slice(start, end), start, sentences }),
    )
    // Half before and half after the build: a machine that slows down slows both.
    const half = texts.length / 2
    const embedBare = (from: number, to: number) =>
      timed(async () => {
        for (const each of texts.slice(from, to)) await models.embed(each.text)
      })
    const before = await embedBare(0, half)
    const first = await buildOnce(config, folder)
    const bare = before + (await embedBare(half, texts.length))
    const again = await buildOnce(config, folder)
    const ratio = bare / first.ms
    const rate = (ms: number) => `${((texts.length / ms) * 1000).toFixed(1)}/s`
    return [
      {
        what: `build rate / bare embedding rate, ${first.embedded} sentences`,
        value: `${ratio.toFixed(3)} (${rate(first.ms)} / ${rate(bare)})`,
        target: '≥ 0.85',
        met: ratio >= 0.85 && first.embedded === texts.length,
      },
      {
        what: 'build with nothing changed',
        value: `${again.ms.toFixed(0)} ms, ${again.embedded} embedded`,
        target: '≤ 1000 ms, 0',
        met: again.ms <= 1000 && again.embedded === 0,
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function buildOnce(config: Config, folder: string) {
  const inference = lazily(() => startInference(config.inference))
  let embedded = 0
  const ms = await timed(async () => {
    const result = await buildIndex({
      documentsDir: folder,
      storage: storageOf({ ...config, indexDir: path.join(folder, 'built') }),
      models: config.inference,
      inference: inference.get,
    })
    ;({ embedded } = result)
  })
  await inference.close()
  return { ms, embedded }
}

/** Sentences as long as those of `text`, each another one: the first half of one, the second of another. */
function generateText(text: string, count: number): string {
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
