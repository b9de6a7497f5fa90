import { execFileSync } from 'node:child_process'
import { expect, onTestFinished, test } from 'vitest'
import { startInference } from '../../index/inference/inference.ts'
import { MODELS } from '../support/project.ts'

/** Of the child that runs the models. */
function modelProcess(): number {
  const found = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'inference-process'])
  return Number(found.toString().trim().split('\n').at(-1))
}

async function start(timeoutPerTextMs?: number) {
  const inference = await startInference({
    ...MODELS,
    ...(timeoutPerTextMs && { timeoutPerTextMs }),
  })
  onTestFinished(() => inference.close())
  return inference
}

/** So many that a process is at work on them for half a second. */
const TEXTS = Array.from({ length: 40 }, (_, i) => `Cats sleep all day, and hunt at night: ${i}.`)

test('a call is answered although its process is killed while idle or at work', async () => {
  const inference = await start()
  const before = await inference.score('When do cats sleep?', TEXTS)
  for (let kill = 0; kill < 2; kill += 1) {
    const scored = inference.score('When do cats sleep?', TEXTS)
    await new Promise((resolve) => setTimeout(resolve, 100))
    process.kill(modelProcess(), 'SIGKILL')
    expect(await scored).toEqual(before)
  }
  process.kill(modelProcess(), 'SIGKILL')
  expect(await inference.score('When do cats sleep?', TEXTS)).toEqual(before)
})

test('a process that hangs is replaced, and its call answered', async () => {
  const inference = await start(300)
  const [before] = await inference.embed(['Cats sleep.'])
  process.kill(modelProcess(), 'SIGSTOP')
  const [after] = await inference.embed(['Cats sleep.'])
  expect(after).toEqual(before)
})

test('a running call rejects when the inference is closed', async () => {
  const inference = await start()
  const scored = inference.score('When do cats sleep?', TEXTS)
  await Promise.all([
    expect(scored).rejects.toMatchObject({ code: 'inference-failed' }),
    inference.close(),
  ])
})
