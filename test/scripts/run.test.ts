import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { PROJECT } from '../support/project.ts'
import { temporaryFolder, writeFiles } from '../support/temporary.ts'

const HELLO = `import { name } from '../index/name.ts'
import greeting from '../index/greeting.json' with { type: 'json' }
type Greeting = { readonly text: string }
console.log((greeting satisfies Greeting).text, name(), process.argv.slice(2).join(' '))
`
const NAME = `export function name(): string { return 'owl' }\n`
const GREETING = JSON.stringify({ text: 'Good night,' })

/** What runs scripts, in a project with a script of its own. */
async function project(hello = HELLO): Promise<string> {
  const folder = await temporaryFolder()
  await writeFiles(folder, {
    'package.json': '{ "type": "module" }',
    'scripts/hello.ts': hello,
    'index/name.ts': NAME,
    'index/greeting.json': GREETING,
  })
  for (const file of ['run.js', 'compile.js', 'compiled.js', 'precompile.js']) {
    await copyFile(path.join(PROJECT, 'scripts', file), path.join(folder, 'scripts', file))
  }
  await symlink(path.join(PROJECT, 'node_modules'), path.join(folder, 'node_modules'))
  return folder
}

/** Runs a script; gives what it prints. */
async function runIn(folder: string, args = ['scripts/run.js', 'hello']) {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env: {} })
  return stdout
}

const compiled = async (folder: string) =>
  (await readdir(path.join(folder, '.compiled'))).filter((name) => name.startsWith('hello-'))

describe('a script', () => {
  test('runs with its arguments, and is compiled only once', async () => {
    const folder = await project()
    const args = ['scripts/run.js', 'hello', 'and', '--bye']
    expect(await runIn(folder, args)).toBe('Good night, owl and --bye\n')
    const first = await compiled(folder)
    expect(await runIn(folder, args)).toBe('Good night, owl and --bye\n')
    expect(await compiled(folder)).toEqual(first)
  })

  test.each([
    ['another source', 'index/name.ts', NAME.replace('owl', 'elk'), 'Good night, elk \n'],
    ['data', 'index/greeting.json', GREETING.replace('night', 'day'), 'Good day, owl \n'],
    ['the script', 'scripts/hello.ts', HELLO.replace(', name()', ''), 'Good night, \n'],
  ])('runs as it is after a change of %s', async (_what, file, content, output) => {
    const folder = await project()
    await runIn(folder)
    await writeFiles(folder, { [file]: content })
    expect(await runIn(folder)).toBe(output)
  })

  test('does not run as it was when a source is gone', async () => {
    const folder = await project()
    await runIn(folder)
    await rm(path.join(folder, 'index/name.ts'))
    await expect(runIn(folder)).rejects.toThrow('scripts/hello.ts:1')
  })

  test('keeps three versions', async () => {
    const folder = await project()
    for (const name of ['owl', 'elk', 'fox', 'hen']) {
      await writeFiles(folder, { 'index/name.ts': NAME.replace('owl', name) })
      expect(await runIn(folder)).toContain(name)
    }
    expect(await compiled(folder)).toHaveLength(3)
  })

  test('names its sources in the stack of an error, and finds files beside them', async () => {
    const folder = await project(
      `console.log(import.meta.url)\n\nasync function fails() { throw new Error('no owls') }\nawait fails()\n`,
    )
    const script = path.join(folder, 'scripts/hello.ts')
    const failed: unknown = await runIn(folder).catch((error: unknown) => error)
    expect(failed).toMatchObject({
      stdout: expect.stringContaining(`${script}\n`),
      stderr: expect.stringContaining(`${script}:3:`),
    })
  })

  test('says where a source has an error', async () => {
    const folder = await project('const owls =\n')
    await expect(runIn(folder)).rejects.toThrow('scripts/hello.ts:2')
  })
})

describe('in a folder that cannot be written', () => {
  test('a script runs as it is', async () => {
    const folder = await project()
    // Not even root can write there.
    await symlink('/sys', path.join(folder, '.compiled'))
    expect(await runIn(folder)).toBe('Good night, owl \n')
  })

  test('a script runs that was compiled before', async () => {
    const folder = await project()
    await runIn(folder, ['scripts/precompile.js', 'hello'])
    // Without packages, it cannot be compiled again.
    await rm(path.join(folder, 'node_modules'))
    await mkdir(path.join(folder, 'node_modules'))
    expect(await runIn(folder)).toBe('Good night, owl \n')
  })
})
