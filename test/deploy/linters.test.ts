import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { manifestFiles } from '../support/deployment.ts'
import { INSTALL_LINTERS, LINTERS } from '../support/linters.ts'
import { PROJECT } from '../support/project.ts'

const isInstalled = existsSync(LINTERS)
if (!isInstalled) {
  process.stderr.write(`skipped: the linters of what deploys Footnote. Run "${INSTALL_LINTERS}".\n`)
}

/** The objects; the file of kustomize is not one that a cluster knows. */
const objects = manifestFiles().filter((file) => !file.endsWith('kustomization.yaml'))

/** Runs a linter in the project's folder. Rejects with what it found. */
async function lint(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(path.join(LINTERS, name), args, { cwd: PROJECT })
  return stdout
}

describe.skipIf(!isInstalled)('the linters', () => {
  test('find nothing in the Dockerfile', async () => {
    expect(await lint('hadolint', 'Dockerfile')).toBe('')
  })

  test('find nothing in the style of the YAML files', async () => {
    const files = ['-c', '.yamllint.yaml', '--strict', 'compose.yaml', 'deploy']
    expect(await lint('yamllint', ...files)).toBe('')
  })

  test('find compose.yaml to be what its specification says', async () => {
    const args = ['--builtin-schema', 'vendor.compose-spec', 'compose.yaml']
    expect(await lint('check-jsonschema', ...args)).toContain('ok')
  })

  test.each(objects)('find an object as Kubernetes 1.37 defines it: %s', async (file) => {
    await expect(lint('kubernetes-validate', '--strict', '--quiet', file)).resolves.toBe('')
  })

  test('find the proxy’s configuration valid and well formed', async () => {
    const file = 'deploy/Caddyfile'
    await lint('caddy', 'validate', '--config', file, '--adapter', 'caddyfile')
    expect(await lint('caddy', 'fmt', file)).toBe(readFileSync(path.join(PROJECT, file), 'utf8'))
  })
})
