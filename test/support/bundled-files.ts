import { build } from 'esbuild'
import { PROJECT } from './project.ts'

/**
 * The project's files whose code is in a bundle of `entryPoints`. An import of types only leaves no
 * code.
 */
export async function bundledFiles(entryPoints: string[]): Promise<string[]> {
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
