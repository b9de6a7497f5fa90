import type { Inference } from '../../index/inference/inference.ts'

/** Models that remember. */
export interface RememberingInference extends Inference {
  /** Forgets everything, so that the memory does not grow with the questions. */
  forget(): void
}

/** Makes models compute nothing twice: several engines that are asked the same question mostly need the same. */
export function rememberingInference(inference: Inference): RememberingInference {
  const embed = remembering((_: string, texts: readonly string[]) => inference.embed(texts))
  const score = remembering((question, texts) => inference.score(question, texts))
  const read = remembering((question, texts) => inference.read(question, texts))
  return {
    embed: (texts) => embed.of('', texts),
    // Documents are embedded once.
    embedSentences: (passages, options) => inference.embedSentences(passages, options),
    score: score.of,
    read: read.of,
    isAvailable: () => inference.isAvailable(),
    onProcessFailure: (listener) => inference.onProcessFailure(listener),
    close: () => inference.close(),
    forget: () => {
      for (const memory of [embed, score, read]) memory.forget()
    },
  }
}

function remembering<T>(compute: (question: string, texts: readonly string[]) => Promise<T[]>) {
  const known = new Map<string, T>()
  return {
    of: async (question: string, texts: readonly string[]): Promise<T[]> => {
      const missing = [...new Set(texts)].filter((text) => !known.has(keyOf(question, text)))
      const made = missing.length > 0 ? await compute(question, missing) : []
      for (const [i, result] of made.entries()) known.set(keyOf(question, missing[i] ?? ''), result)
      return texts.map((text) => {
        const result = known.get(keyOf(question, text))
        if (result === undefined) throw new Error('the models gave too few results')
        return result
      })
    },
    forget: () => known.clear(),
  }
}

function keyOf(question: string, text: string): string {
  return JSON.stringify([question, text])
}
