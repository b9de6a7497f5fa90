import { describe, expect, test } from 'vitest'
import { isPublicAddress, parseAddress } from '../../../server/web/addresses.ts'

describe('an IP address', () => {
  test.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::1'])(
    'is public: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )

  test.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '240.0.0.1',
    '198.18.0.1',
    '192.0.2.1',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '4000::1',
    'localhost',
    '',
  ])('is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('a web address', () => {
  test.each([
    ['https://example.org/a b#part', 'https://example.org/a%20b'],
    ['HTTP://Example.org:80', 'http://example.org/'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['http://bücher.example/', 'http://xn--bcher-kva.example/'],
  ])('is read: %s', (text, href) => {
    expect(parseAddress(text).href).toBe(href)
  })

  test.each([
    ['example.org', 'is not a web address'],
    ['ftp://example.org/', 'is not an address that starts with http:// or https://'],
    ['javascript:alert(1)', 'is not an address that starts with http:// or https://'],
    ['https://user@example.org/', 'has a user name or a password in it; leave them out'],
    ['https://:secret@example.org/', 'has a user name or a password in it; leave them out'],
    [
      `https://example.org/${'a'.repeat(1000)}`,
      'has more than 1000 characters, which is the maximum',
    ],
  ])('is refused: %s', (text, reason) => {
    expect(() => parseAddress(text)).toThrow(reason)
  })
})
