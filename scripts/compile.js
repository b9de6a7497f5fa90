import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, stop } from 'esbuild'
import { COMPILED, compilationOf, digestOf, PROJECT } from './compiled.js'

/** How many versions of a script are kept. A process that runs loads parts of its own version when it needs them. */
const KEPT_VERSIONS = 3

/** What decides how sources are compiled. */
const COMPILER = ['scripts/compile.js', 'scripts/compiled.js']

/** Errors of a folder in which nothing may be written, such as that of an image. */
const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'])

/**
 * Compiles a script with all sources that it imports, and keeps the result. Gives the compiled script; null where the folder of
 * the project cannot be written. Throws what esbuild throws where a source has an error.
 *
 * @param {string} script
 */
export async function compile(script) {
  const name = `${script}-${randomBytes(4).toString('hex')}`
  const folder = fileURLToPath(new URL(name, COMPILED))
  try {
    await mkdir(folder, { recursive: true })
    const sources = await compileInto(folder, script)
    const program = `${name}/${script}.js`
    const file = path.join(folder, 'compilation.json')
    await writeFile(file, JSON.stringify({ program, sources }))
    // Two processes may compile at once. Each leaves a complete result.
    await rename(file, compilationOf(script))
    await removeOldVersions(script)
    return new URL(program, COMPILED)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if (error instanceof Error && 'code' in error && UNWRITABLE.has(String(error.code))) return null
    throw error
  } finally {
    // Its process would stay as long as this one.
    await stop()
  }
}

/**
 * Gives the digests of the sources.
 *
 * @param {string} folder
 * @param {string} script
 */
async function compileInto(folder, script) {
  /** @type {Record<string, string>} */
  const sources = {}
  for (const file of COMPILER) sources[file] = digestOf(await readFile(new URL(file, PROJECT)))
  await build({
    entryPoints: [fileURLToPath(new URL(`scripts/${script}.ts`, PROJECT))],
    outdir: folder,
    bundle: true,
    // What is imported later stays a file of its own.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Packages stay where they are: some are native, and some find their own files.
    packages: 'external',
    // The sources stay where they are, so the map need not repeat them.
    sourcemap: 'linked',
    sourcesContent: false,
    // tsconfig.json is not in an image.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    logLevel: 'silent',
    plugins: [{ name: 'sources', setup: (esbuild) => noteSources(esbuild, sources) }],
  })
  return sources
}

/**
 * Notes the digest of each source as it is compiled. Files are found relative to the source that names them.
 *
 * @param {import('esbuild').PluginBuild} esbuild
 * @param {Record<string, string>} sources
 */
function noteSources(esbuild, sources) {
  esbuild.onLoad({ filter: /\.(?:ts|js|json)$/ }, async ({ path: file }) => {
    const content = await readFile(file)
    const name = path.relative(fileURLToPath(PROJECT), file).split(path.sep).join('/')
    sources[name] = digestOf(content)
    const here = `new URL(${JSON.stringify(`../../${name}`)}, import.meta.url).href`
    return {
      contents: content.toString('utf8').replaceAll('import.meta.url', here),
      loader: 'default',
    }
  })
}

/** Removes the versions of a script that were compiled before the last ones. */
async function removeOldVersions(/** @type {string} */ script) {
  const folder = fileURLToPath(COMPILED)
  const names = (await readdir(folder)).filter((name) => versionOf(name) === script)
  const versions = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(path.join(folder, name))).mtimeMs })),
  )
  const old = versions.toSorted((a, b) => b.time - a.time).slice(KEPT_VERSIONS)
  await Promise.allSettled(
    old.map(({ name }) => rm(path.join(folder, name), { recursive: true, force: true })),
  )
}

/** The script that a folder of compiled files belongs to. */
function versionOf(/** @type {string} */ name) {
  return /^(.+)-[0-9a-f]{8}$/.exec(name)?.[1]
}
