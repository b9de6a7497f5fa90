import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { PROJECT } from './support/project.ts'

/** The top-level folders, each with those that it may import from besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  presentation: [],
  index: ['presentation'],
  server: ['index', 'presentation'],
  devtools: ['server', 'index', 'presentation'],
  scripts: ['devtools', 'server', 'index', 'presentation'],
}

const RELATIVE_IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']*)'/g

test.each(Object.entries(MAY_IMPORT))(
  '%s/ imports only from lower layers',
  async (layer, lower) => {
    const allowed = new Set([layer, ...lower])
    const names = await readdir(path.join(PROJECT, layer), { recursive: true })
    const sources = names.filter((name) => /\.(?:ts|js)$/.test(name) && !name.startsWith('built'))
    expect(sources).not.toEqual([])
    const upward: string[] = []
    for (const name of sources) {
      const file = path.join(layer, name)
      const text = await readFile(path.join(PROJECT, file), 'utf8')
      for (const [, imported = ''] of text.matchAll(RELATIVE_IMPORT)) {
        const [target = ''] = path.join(path.dirname(file), imported).split(path.sep)
        if (!allowed.has(target)) upward.push(`${file} imports ${imported}`)
      }
    }
    expect(upward).toEqual([])
  },
)
