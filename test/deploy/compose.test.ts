import { existsSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { composeServices, npmCommand, read, settingNames } from '../support/deployment.ts'
import { PROJECT } from '../support/project.ts'

const services = composeServices({ POSTGRES_PASSWORD: 'secret' })
const names = Object.keys(services)
const { database, build, proxy } = services
const servers = names.filter((name) => name.startsWith('server-'))

describe('compose.yaml', () => {
  test('has a database, a build, two servers and a proxy', () => {
    expect(names).toEqual(['database', 'build', 'server-1', 'server-2', 'proxy'])
  })

  test('needs a password, and says where to set it', () => {
    expect(() => composeServices({})).toThrow(/POSTGRES_PASSWORD: Set it in \.env/)
  })

  test('takes only variables that .env.example explains, which has no others but settings', () => {
    const used = Array.from(read('compose.yaml').matchAll(/\$\{(\w+)/g), ([, name]) => name)
    const given = Array.from(read('.env.example').matchAll(/^(?:# )?(\w+)=/gm), ([, name]) => name)
    expect(given).toEqual(expect.arrayContaining(used))
    const others = given.filter((name) => !used.includes(name))
    expect(settingNames()).toEqual(expect.arrayContaining(others))
  })

  test.each(['build', ...servers])('passes on every setting of .env: %s', (name) => {
    expect(services[name]?.env_file).toEqual([{ path: '.env', required: false }])
  })

  test.each(['build', ...servers])('sets only settings that exist, to valid values: %s', (name) => {
    const given = services[name]?.environment ?? {}
    expect(settingNames()).toEqual(expect.arrayContaining(Object.keys(given)))
    expect(readConfig(given).databaseUrl).toBe('postgres://footnote:secret@database:5432/footnote')
  })

  test.each(names)('gives no rights that a container does not need: %s', (name) => {
    const service = services[name]
    expect(service?.read_only).toBe(true)
    expect(service?.cap_drop).toEqual(['ALL'])
    expect(service?.security_opt).toEqual(['no-new-privileges:true'])
  })

  test('publishes the proxy only, and on this machine only', () => {
    expect(names.filter((name) => services[name]?.ports.length)).toEqual(['proxy'])
    expect(proxy?.ports).toEqual(['127.0.0.1:8787:80', '127.0.0.1:8443:443'])
  })

  test('keeps the database on a network that leads nowhere, away from the proxy', () => {
    const { networks } = parse(read('compose.yaml'), { merge: true })
    expect(networks).toMatchObject({ database: { internal: true } })
    expect(database?.networks).toEqual(['database'])
    expect(proxy?.networks).toEqual(['web'])
  })

  test('starts each part when what it needs works', () => {
    expect(build?.depends_on).toEqual({ database: { condition: 'service_healthy' } })
    expect(services['server-1']?.depends_on).toEqual({
      database: { condition: 'service_healthy' },
      build: { condition: 'service_completed_successfully' },
    })
    expect(proxy?.depends_on).toEqual({
      'server-1': { condition: 'service_healthy' },
      'server-2': { condition: 'service_healthy' },
    })
  })

  test('builds as "npm run build-index" does', () => {
    expect(build?.command?.slice(0, -1)).toEqual(npmCommand('build-index'))
  })

  test('leaves the servers the time to stop that they take', () => {
    const seconds = servers.map((name) => Number.parseInt(services[name]?.stop_grace_period ?? ''))
    expect(Math.min(...seconds)).toBeGreaterThan(15 + 11)
  })

  test('names exact versions of images, and files that exist', () => {
    const versions = [database, proxy].map((service) => service?.image)
    expect(versions).toEqual([
      expect.stringMatching(/^pgvector\/pgvector:\d+\.\d+\.\d+-pg\d+/),
      expect.stringMatching(/^caddy:\d+\.\d+/),
    ])
    const [configuration = ''] = proxy?.volumes ?? []
    expect(existsSync(path.join(PROJECT, configuration.split(':')[0] ?? ''))).toBe(true)
  })
})
