import { expect, test } from 'vitest'
import { bundledFiles } from '../../support/bundled-files.ts'

test('the desk bundles code from its own folder, and what splits texts into sentences', async () => {
  const files = await bundledFiles(['server/desk-app/desk.ts'])
  const foreign = files.filter(
    (file) => !/^(?:server\/desk-app|index\/(?:language|splitting))\//.test(file),
  )
  expect(files).toContain('server/desk-app/desk-documents.ts')
  expect(foreign).toEqual(['index/span.ts'])
})
