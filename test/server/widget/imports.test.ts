import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { bundledFiles } from '../../support/bundled-files.ts'
import { PROJECT } from '../../support/project.ts'

test('the widget bundles code from its own folder and presentation/ only', async () => {
  const files = await bundledFiles(['server/widget/widget.ts'])
  const foreign = files.filter((file) => !/^(?:server\/widget|presentation)\//.test(file))
  expect(files).toContain('server/widget/footnote-chat.ts')
  expect(files).toContain('presentation/citation.ts')
  expect(foreign).toEqual([])
})

test('presentation/ imports nothing from outside itself', async () => {
  const names = await readdir(path.join(PROJECT, 'presentation'))
  const files = await bundledFiles(names.map((name) => `presentation/${name}`))
  expect(files.toSorted()).toEqual(names.map((name) => `presentation/${name}`).toSorted())
})
