import { describe, expect, test, vi } from 'vitest'
import { CheckRecords } from '../../../server/check/check-records.ts'
import type { KeptRun } from '../../../server/check/run.ts'
import { Threshold } from '../../../server/check/threshold.ts'
import type { State } from '../../../server/state/state.ts'

const QUESTION = { question: 'When?', quotes: [], collections: null, by: 'Ann', atMs: 1 }

function runAt(startedAtMs: number, collections: string[] | null): KeptRun {
  const results: KeptRun['results'] = []
  const made = { by: 'Ann', generation: '1', threshold: 0.155 }
  return { startedAtMs, endedAtMs: startedAtMs, collections, ...made, results }
}

/** What checks need of a state, whichever engine keeps it. `open` gives a new state, closed after the test. */
export function describeChecks(engine: string, open: () => Promise<State>): void {
  describe(`checks in ${engine}`, () => {
    test('a question is kept once for those who see the same, and its last form counts', async () => {
      const { records } = await open()
      const [one, other] = [new CheckRecords(records), new CheckRecords(records)]
      await one.putQuestions([QUESTION, { ...QUESTION, collections: ['laws'] }])
      await other.putQuestions([{ ...QUESTION, question: ' When? ', by: 'Bob' }])
      expect((await one.questions(null)).map(({ by, collections }) => [by, collections])).toEqual([
        ['Bob', null],
        ['Ann', ['laws']],
      ])
      const ofLaws = await one.questions(['laws', 'taxes'])
      expect(ofLaws.map(({ by }) => by)).toEqual(['Ann'])
      expect(await one.questions(['taxes'])).toEqual([])
      expect(await other.removeQuestion(ofLaws[0]?.id ?? '')).toBe(true)
      expect(await one.questions(['laws'])).toEqual([])
    })

    test('of each scope the last ten runs are kept', async () => {
      const { records } = await open()
      const kept = new CheckRecords(records)
      await kept.addRun(runAt(500, ['laws']))
      for (let at = 1; at <= 12; at += 1) await kept.addRun(runAt(at * 10, null))
      await kept.addRun(runAt(120, null))
      expect((await kept.runs(null)).map(({ startedAtMs }) => startedAtMs)).toEqual([
        40, 50, 60, 70, 80, 90, 100, 110, 120, 121,
      ])
      expect(await kept.runs(['laws'])).toHaveLength(1)
    })

    test('a threshold counts for all servers within a second, and is written into the log', async () => {
      const state = await open()
      const [here, there] = [new Threshold(state, null), new Threshold(state, null)]
      expect(await there.inUse()).toEqual({ value: 0.155, from: 'default', chosen: null })
      await here.choose(0.3, 'Ann')
      expect(await here.inUse()).toMatchObject({ value: 0.3, from: 'desk', chosen: { by: 'Ann' } })
      await vi.waitFor(async () => expect(await there.current()).toBe(0.3), 5000)
      expect(await there.reset('Bob')).toBe(true)
      expect(await there.reset('Bob')).toBe(false)
      await vi.waitFor(async () => expect(await here.current()).toBe(0.155), 5000)
      expect(await state.audit.latest({ limit: 5 })).toMatchObject([
        { by: 'Bob', action: 'threshold.reset', subject: '0.3 → 0.155', collection: null },
        { by: 'Ann', action: 'threshold.changed', subject: '0.155 → 0.3', collection: null },
      ])
    })

    test('a threshold of the settings counts, and cannot be changed', async () => {
      const state = await open()
      await new Threshold(state, null).choose(0.3, 'Ann')
      const fixed = new Threshold(state, 0.5)
      expect(await fixed.inUse()).toEqual({ value: 0.5, from: 'settings', chosen: null })
      for (const change of [fixed.choose(0.4, 'Ann'), fixed.reset('Ann')]) {
        await expect(change).rejects.toMatchObject({ code: 'threshold-fixed' })
      }
    })
  })
}
