import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { hashFile } from '../index/files.ts'
import { MODELS } from './support/project.ts'

test('the models that ship are those that SHA256SUMS lists', async () => {
  const sums = await readFile(path.join(MODELS.modelsDir, 'SHA256SUMS'), 'utf8')
  const listed = sums
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
  expect(listed).toHaveLength(17)
  for (const [digest, name = ''] of listed) {
    const found = await hashFile(path.join(MODELS.modelsDir, name))
    expect(`${name} ${found}`).toBe(`${name} ${digest}`)
  }
})
