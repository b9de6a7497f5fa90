import { afterAll, beforeAll } from 'vitest'
import type { Answering } from '../../server/answer/answer.ts'
import { readConfig } from '../../server/config.ts'
import { open } from './project.ts'
import { sharedInference, shippedIndexFolder } from './shared-models.ts'

/**
 * Opens the shared index of the shipped documents for all tests of a file. The function that it
 * gives is for tests to call.
 */
export function useShippedIndex(): () => Answering {
  let answering: Answering | undefined

  beforeAll(async () => {
    const store = await open(await shippedIndexFolder())
    const { minConfidence } = readConfig({})
    answering = { store, inference: sharedInference(), minConfidence }
  })

  afterAll(async () => {
    await answering?.store.close()
  })

  return () => {
    if (!answering) throw new Error('The index is open only while tests run.')
    return answering
  }
}
