import { openTemporaryState } from '../../../server/state/embedded/embedded-state.ts'
import { describeOutbox } from './outbox-behaviour.ts'

describeOutbox('SQLite', openTemporaryState)
