import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { PROJECT } from '../../support/project.ts'

/**
 * The project's files whose code is in a bundle of `entryPoints`. An import of types only leaves no
 * code.
 */
async function bundledFiles(entryPoints: string[]): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints,
    bundle: true,
    write: false,
    outdir: 'unused',
    metafile: true,
  })
  return Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'))
}

test('the widget bundles code from its own folder and presentation/ only', async () => {
  const files = await bundledFiles(['server/widget/widget.ts'])
  const foreign = files.filter((file) => !/^(?:server\/widget|presentation)\//.test(file))
  expect(files).toContain('server/widget/footnote-chat.ts')
  expect(files).toContain('presentation/citation.ts')
  expect(foreign).toEqual([])
})

test('the desk bundles code from its own folder and presentation/ only', async () => {
  const files = await bundledFiles(['server/desk-app/desk.ts'])
  const foreign = files.filter((file) => !/^(?:server\/desk-app|presentation)\//.test(file))
  expect(files).toContain('server/desk-app/desk-documents.ts')
  expect(foreign).toEqual([])
})

test('presentation/ imports nothing from outside itself', async () => {
  const names = await readdir(path.join(PROJECT, 'presentation'))
  const files = await bundledFiles(names.map((name) => `presentation/${name}`))
  expect(files.toSorted()).toEqual(names.map((name) => `presentation/${name}`).toSorted())
})
