import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  dockerfile,
  imageStage,
  npmCommand,
  read,
  settingNames,
  words,
} from '../support/deployment.ts'
import { PROJECT } from '../support/project.ts'

/** A version as one number. */
function asNumber(major = '', minor = ''): number {
  return Number(major) * 1000 + Number(minor)
}

const named = (name: string) =>
  imageStage().flatMap((instruction) => (instruction.name === name ? [instruction.rest] : []))

/** What the Dockerfile copies from the project. */
const sources = dockerfile()
  .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from'))
  .flatMap(({ rest }) => rest.split(' ').slice(0, -1))

describe('the image', () => {
  test('starts as "npm start" does, without a shell between node and its signals', () => {
    expect(named('CMD').map(words)).toEqual([npmCommand('start')])
    expect(named('ENTRYPOINT')).toEqual([])
    expect(named('STOPSIGNAL')).toEqual(['SIGTERM'])
  })

  test('does not run as root, by a number that Kubernetes can check', () => {
    expect(named('USER')).toEqual(['1000:1000'])
  })

  test('is checked by a file that is in it', () => {
    const [healthcheck = ''] = named('HEALTHCHECK')
    const command = words(/CMD (.*)$/.exec(healthcheck)?.[1] ?? '[]')
    expect(command).toEqual(['node', 'deploy/probe.mjs', '/health'])
    expect(sources).toContain(command[1])
  })

  test('sets only settings that exist, and listens on all addresses', () => {
    const [variables = ''] = named('ENV')
    const set = variables.split(' ').map((variable) => variable.split('=')[0])
    expect(variables).toContain('HOST=0.0.0.0')
    expect(['NODE_ENV', ...settingNames()]).toEqual(expect.arrayContaining(set))
  })

  test.each(sources)('has its source in the project, and sent to the builder: %s', (source) => {
    expect(existsSync(path.join(PROJECT, source))).toBe(true)
    expect(read('.dockerignore').split('\n')).toContain(`!${source}`)
  })

  test('has only production packages, and the models', () => {
    const install = dockerfile().find(({ rest }) => rest.includes('npm ci'))
    expect(install?.rest).toContain('--omit=dev')
    expect(sources).toContain('models')
  })

  test('is made on the version of Node that the project needs', () => {
    const [, major, minor] = /NODE_IMAGE=node:(\d+)\.(\d+)\.\d+-/.exec(read('Dockerfile')) ?? []
    const [, least, leastMinor] = /"node": ">=(\d+)\.(\d+)/.exec(read('package.json')) ?? []
    expect(asNumber(major, minor)).toBeGreaterThanOrEqual(asNumber(least, leastMinor))
  })
})
