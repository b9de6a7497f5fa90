// Runs one of the scripts beside it: `node scripts/run.js NAME ARGUMENTS`. This is JavaScript, because it is what makes
// TypeScript run: a loader such as tsx takes 2 s of a start, and compiled files take none.
import { fileURLToPath } from 'node:url'
import { findCompiled } from './compiled.js'

const [name = '', ...args] = process.argv.slice(2)
const source = new URL(`${name}.ts`, import.meta.url)
// What the script would find if Node ran it by itself.
process.argv = [process.execPath, fileURLToPath(source), ...args]
// Stacks of errors then name the sources.
process.setSourceMapsEnabled(true)

let program = findCompiled(name)
if (program === null) {
  const { compile } = await import('./compile.js')
  program = await compile(name)
}
if (program === null) {
  const { register } = await import('tsx/esm/api')
  register()
}
await import((program ?? source).href)
