import { afterAll, beforeAll } from 'vitest'
import { startInference } from '../../index/inference/inference.ts'
import type { Answering } from '../../server/answer/answer.ts'
import { readConfig } from '../../server/config.ts'
import { build, MODELS, open } from './project.ts'
import { temporaryFolder } from './temporary.ts'

/** The index of the shipped documents, by the real models, for all tests of a file; for its tests to call. */
export function useShippedIndex(): () => Answering {
  const { documentsDir, minConfidence } = readConfig({})
  const cleanups: (() => Promise<void>)[] = []
  let answering: Answering | undefined

  beforeAll(async () => {
    const index = await temporaryFolder((clean) => cleanups.push(clean))
    const inference = await startInference(MODELS)
    await build(documentsDir, index, inference)
    answering = { store: await open(index), inference, minConfidence }
  })

  afterAll(async () => {
    await answering?.store.close()
    await answering?.inference.close()
    for (const clean of cleanups) await clean()
  })

  return () => {
    if (!answering) throw new Error('the index is there only while tests run')
    return answering
  }
}
