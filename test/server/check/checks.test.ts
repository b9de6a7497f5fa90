import { onTestFinished } from 'vitest'
import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'
import { describeChecks } from './checks-conformance.ts'

describeChecks('files', async () => {
  const state = await openTemporaryState({ conversationTtlMs: 60_000, maxTurns: 5 })
  onTestFinished(() => state.close())
  return state
})
