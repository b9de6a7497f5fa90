import { expect, test } from 'vitest'
import { collectSteps, step } from '../../index/steps.ts'

test('steps are collected as they end, also those that fail, until the collector stops', async () => {
  const collector = collectSteps()
  const slow = step('slow', () => new Promise((resolve) => setTimeout(resolve, 5)))
  expect(await step('fast', () => 'owl')).toBe('owl')
  await slow
  await expect(step('failed', () => Promise.reject(new Error('no owl')))).rejects.toThrow('no owl')
  const steps = collector.stop()
  await step('late', () => {})
  expect(steps.map(({ name }) => name)).toEqual([
    'start Node',
    'load the command',
    'fast',
    'slow',
    'failed',
  ])
  expect(steps.every(({ startMs, endMs }) => startMs <= endMs)).toBe(true)
})
