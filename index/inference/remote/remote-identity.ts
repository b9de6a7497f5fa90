import pRetry from 'p-retry'
import { FootnoteError } from '../../errors.ts'
import type { RemoteModels } from '../types.ts'
import { Machine, MachineFault } from './machine.ts'
import type { Identity } from './wire.ts'

/** How long a start waits for the first machine, in ms: one that starts at the same time loads its models in 2 to 10 s. */
const WAITING_MS = 30_000

const RETRY = { retries: Infinity, minTimeout: 250, maxTimeout: 1000 }

const asked = new WeakMap<RemoteModels, Promise<Identity>>()

/**
 * Which models the machines have. They are asked once for each settings object: the fingerprint of the index and the calls
 * then mean the same models, whatever is started there meanwhile. Rejects with `inference-unreachable` if no machine
 * answers within `waitingMs` (default: 30 s) or none can be used, and with `setting-invalid` if they have different models.
 */
export async function remoteIdentity(
  remote: RemoteModels,
  waitingMs = WAITING_MS,
): Promise<Identity> {
  const known = asked.get(remote)
  if (known) return known
  const asking = pRetry(() => askAll(remote), {
    ...RETRY,
    maxRetryTime: waitingMs,
    shouldRetry: ({ error }) => error instanceof MachineFault && error.kind !== 'unfit',
  }).catch((error: unknown) => {
    asked.delete(remote)
    throw error instanceof MachineFault ? unreachable(error) : error
  })
  asked.set(remote, asking)
  return asking
}

async function askAll({ addresses, key }: RemoteModels): Promise<Identity> {
  const answers = await Promise.allSettled(
    addresses.map((address) => new Machine(address, key).identify()),
  )
  const found = answers.flatMap((answer, i) =>
    answer.status === 'fulfilled' ? [{ address: addresses[i], identity: answer.value }] : [],
  )
  const [first] = found
  if (!first) {
    const faults: unknown[] = answers.flatMap((a) => (a.status === 'rejected' ? [a.reason] : []))
    // While one of them may still come, it is waited for.
    throw (
      faults.find((fault) => fault instanceof MachineFault && fault.kind !== 'unfit') ?? faults[0]
    )
  }
  const other = found.find(({ identity }) => identity.models !== first.identity.models)
  if (!other) return first.identity
  throw new FootnoteError(
    'setting-invalid',
    `${first.address} and ${other.address} in INFERENCE_URL have different models. Give them the same, or name only one.`,
  )
}

function unreachable(fault: MachineFault): FootnoteError {
  const advice =
    fault.kind === 'unfit'
      ? ''
      : ' Start it with "npm start -- --inference-only", or correct INFERENCE_URL.'
  return new FootnoteError('inference-unreachable', `${fault.message}${advice}`, fault)
}
