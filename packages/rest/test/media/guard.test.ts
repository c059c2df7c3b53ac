import { describe, expect, it } from 'vitest'

import { guardedLookup, isPublic, type Resolve } from '../../src/media/public-address.js'

describe('what is public', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '192.167.1.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2400:3200::1',
  ])('RS-15 %s is', (address) => expect(isPublic(address)).toBe(true))

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.3',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '127.1',
  ])('RS-15 %s is not', (address) => expect(isPublic(address)).toBe(false))
})

describe('the lookup of the connector', () => {
  type Answer = readonly [error: string | null, address: unknown, family: unknown]
  const ask = (addresses: readonly string[], options: object = { all: true }): Promise<Answer> =>
    new Promise((resolve) => {
      const resolveNames: Resolve = (_host, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
      guardedLookup(resolveNames)('name.test', options, (error, address, family) => {
        resolve([error ? ((error as { code?: string }).code ?? 'error') : null, address, family])
      })
    })

  it('RS-15 gives the addresses that it has checked', async () => {
    expect(await ask(['8.8.8.8', '2606:4700::1'])).toEqual([
      null,
      [
        { address: '8.8.8.8', family: 4 },
        { address: '2606:4700::1', family: 6 },
      ],
      undefined,
    ])
    expect(await ask(['2606:4700::1', '8.8.8.8'], { family: 4 })).toEqual([null, '8.8.8.8', 4])
    expect(await ask(['8.8.8.8'], { family: 6 })).toEqual(['ENOTFOUND', [], undefined])
  })

  it.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['::1', '8.8.8.8']], [['169.254.169.254']]])(
    'RS-15 refuses a name with the answers %j',
    async (addresses) => expect((await ask(addresses))[0]).toBe('media_private_address'),
  )
})
