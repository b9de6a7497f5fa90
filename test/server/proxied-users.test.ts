import { describe, expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { serveWords } from '../support/serve-words.ts'

const SETTINGS = {
  TRUSTED_USER_HEADER: 'X-Forwarded-User',
  TRUSTED_GROUPS_HEADER: 'X-Forwarded-Groups',
  TRUSTED_ADDRESSES: '127.0.0.1',
  GROUP_COLLECTIONS: 'legal=contracts+policies,help=open,board=*',
  DESK_GROUPS: 'help',
}

const FILES = {
  'open/owls.txt': 'Owls hunt at night.',
  'contracts/bats.txt': 'Bats hunt at night.',
}

async function serve(settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const { proxy } = readConfig({ ...SETTINGS, ...settings })
  return serveWords({ proxy }, { files: FILES })
}

function as(user: string, groups = ''): Record<string, string> {
  return { 'X-Forwarded-User': user, 'X-Forwarded-Groups': groups }
}

async function idsOf(url: string, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${url}/documents`, { headers })
  if (response.status !== 200) return response.status
  return (await response.json()).map(({ id }: { id: string }) => id)
}

describe('people whom a proxy signs in', () => {
  test('see the collections of their groups', async () => {
    const url = await serve()
    expect(await idsOf(url, as('ann', 'help'))).toEqual(['open-owls'])
    expect(await idsOf(url, as('bob', 'legal, help'))).toEqual(['contracts-bats', 'open-owls'])
    expect(await idsOf(url, as('cleo', 'board'))).toEqual([
      'cats',
      'contracts-bats',
      'hostile',
      'open-owls',
    ])
    expect(await idsOf(url, as('dan', 'guests'))).toBe(403)
    expect(await idsOf(url, as('dan'))).toBe(403)
  })

  test('use the desk if one of their groups may', async () => {
    const url = await serve()
    const statusOf = async (headers: Record<string, string>) =>
      (await fetch(`${url}/desk`, { headers, redirect: 'manual' })).status
    expect(await statusOf(as('ann', 'help'))).toBe(200)
    expect(await statusOf(as('bob', 'legal'))).toBe(403)
    expect(await statusOf({})).toBe(303)
  })

  test('do not use the desk by pages of other origins that may ask', async () => {
    const { proxy } = readConfig({ ...SETTINGS })
    const Origin = 'https://help.example'
    const url = await serveWords({ proxy, allowedOrigins: [Origin] }, { files: FILES })
    const headers = { ...as('ann', 'help'), Origin }
    expect((await fetch(`${url}/desk/api/words`, { headers })).status).toBe(403)
    expect((await fetch(`${url}/ask?question=owls`, { headers })).status).toBe(200)
    const own = { ...headers, Origin: url }
    expect((await fetch(`${url}/desk/api/words`, { headers: own })).status).toBe(200)
  })

  test('are needed: nobody else may do anything, and other addresses cannot name anybody', async () => {
    expect(await idsOf(await serve(), {})).toBe(401)
    const elsewhere = await serve({ TRUSTED_ADDRESSES: '10.0.0.0/8,2001:db8::/32' })
    expect(await idsOf(elsewhere, as('ann', 'board'))).toBe(401)
  })

  test('may come from a network of addresses', async () => {
    const url = await serve({ TRUSTED_ADDRESSES: '10.0.0.0/8, 127.0.0.0/8' })
    expect(await idsOf(url, as('ann', 'help'))).toEqual(['open-owls'])
  })

  test('see all where no collections are set for groups', async () => {
    const url = await serve({ GROUP_COLLECTIONS: '' })
    expect(await idsOf(url, as('ann'))).toHaveLength(4)
  })
})

test('the header of the user needs the addresses that may send it', () => {
  expect(() => readConfig({ TRUSTED_USER_HEADER: 'X-User' })).toThrow(/TRUSTED_ADDRESSES is not/)
})
