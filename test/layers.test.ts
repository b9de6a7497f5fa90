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
    const sources = await sourcesOf(layer)
    expect(sources).not.toEqual([])
    const upward: string[] = []
    for (const file of sources) {
      const text = await readFile(path.join(PROJECT, file), 'utf8')
      for (const [, imported = ''] of text.matchAll(RELATIVE_IMPORT)) {
        const [target = ''] = path.join(path.dirname(file), imported).split(path.sep)
        if (!allowed.has(target)) upward.push(`${file} imports ${imported}`)
      }
    }
    expect(upward).toEqual([])
  },
)

test.each([
  { name: 'better-sqlite3', folders: ['index/storage/embedded', 'server/state/embedded'] },
  // The tools start a server, kill it, and look into it from outside.
  { name: 'pg', folders: ['devtools', 'devtools/stress/servers', 'index/postgres'] },
])('only $folders know $name', async ({ name, folders }) => {
  const knowing: string[] = []
  for (const layer of Object.keys(MAY_IMPORT)) {
    for (const file of await sourcesOf(layer)) {
      const text = await readFile(path.join(PROJECT, file), 'utf8')
      if (text.includes(`'${name}'`)) knowing.push(path.dirname(file))
    }
  }
  expect([...new Set(knowing)].toSorted()).toEqual(folders)
})

/** The source files of a top-level folder. */
async function sourcesOf(layer: string): Promise<string[]> {
  const names = await readdir(path.join(PROJECT, layer), { recursive: true })
  return names
    .filter((name) => /\.(?:ts|js)$/.test(name) && !name.startsWith('built'))
    .map((name) => path.join(layer, name))
}
