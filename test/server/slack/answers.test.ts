import { pino } from 'pino'
import { expect, test } from 'vitest'
import { answersIn } from '../../../server/slack/answers.ts'
import type { SlackStore } from '../../../server/state/state.ts'
import { PUBLIC_URL } from '../../support/serve-slack.ts'
import { openWords } from '../../support/serve-words.ts'

const KINDS = ['black', 'white', 'red', 'old', 'young', 'wild']

test('two servers that answer one event at once, because one stalled, give one reply and store one turn', async () => {
  const stores: SlackStore[] = []
  const { service } = await openWords(
    {},
    {
      files: Object.fromEntries(
        KINDS.map((kind) => [
          `${kind}.txt`,
          `When do cats sleep? The ${kind} cats sleep at home.\n`,
        ]),
      ),
      slack: (_, store) => {
        stores.push(store)
        return { signingSecret: 'secret', bot: () => null }
      },
    },
  )
  const [store] = stores
  if (!store) throw new Error('the store is made with the app')
  const parts = { service, store, publicUrl: PUBLIC_URL, log: pino({ level: 'silent' }) }
  const [one, other] = [answersIn(parts), answersIn(parts)]
  await one('place', 'When do cats sleep?', { kind: 'reply', requestId: 'Ev1' })
  const more = { kind: 'reply', requestId: 'Ev2' } as const
  const messages = await Promise.all([
    one('place', 'What else is there?', more),
    other('place', 'What else is there?', more),
  ])
  const [first, second] = messages.map(({ text }) => text)
  expect(first).toMatch(/The \w+ cats sleep at home/)
  expect(second).toBe(first)
  const id = (await store.conversationOf('place')) ?? ''
  const turns = (await service.conversations.find(id))?.turns ?? []
  expect(turns.map(({ requestId }) => requestId)).toEqual(['Ev1', 'Ev2'])
})
