// Compiles scripts before they are first run, for a folder in which nothing can be written then, such as that of an image:
// `node scripts/precompile.js NAME…`.
import { compile } from './compile.js'

for (const script of process.argv.slice(2)) {
  if ((await compile(script)) === null) throw new Error('The folder of Footnote cannot be written.')
}
