import net from 'node:net'
import tls from 'node:tls'

import { systemClock } from '@qqkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { Rest, type RestOptions } from '../src/index.js'
import { Downloader } from '../src/media/download.js'

/** What connections were asked for; none is made. */
const asked: Record<string, unknown>[] = []

const refuse = (options: object): net.Socket => {
  asked.push({ ...options })
  const socket = new net.Socket()
  queueMicrotask(() => socket.destroy(new Error('refused')))
  return socket
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  asked.length = 0
})

const watch = (): void => {
  vi.spyOn(net, 'connect').mockImplementation(((options: object) => refuse(options)) as never)
  vi.spyOn(tls, 'connect').mockImplementation(((options: object) => refuse(options)) as never)
}

const PATIENT = { autoSelectFamilyAttemptTimeout: 2000 }

describe('each address of a host has two seconds to connect', () => {
  it.each<readonly [string, Partial<RestOptions>, string]>([
    ['over https', { baseUrl: 'https://platform.test' }, 'platform.test'],
    ['over http', { baseUrl: 'http://platform.test' }, 'platform.test'],
    ['to a proxy', { baseUrl: 'http://platform.test', proxy: 'http://proxy.test:3128' }, 'proxy.test'],
    ['to the proxy of the environment', { baseUrl: 'http://platform.test', proxy: 'env' }, 'proxy.test'],
  ])('%s', async (_what, options, host) => {
    vi.stubEnv('HTTP_PROXY', 'http://proxy.test:3128')
    vi.stubEnv('NO_PROXY', '')
    watch()
    const rest = new Rest({ appId: '1', secret: 's', retry: { maxAttempts: 1 }, ...options })
    await expect(rest.api.me.get()).rejects.toMatchObject({ delivered: 'no' })
    expect(asked[0]).toMatchObject({ host, ...PATIENT })
    await rest.close()
  })

  it.each([new Set<string>(), new Set(['files.test'])])('to who holds a file (%#)', async (allowHosts) => {
    watch()
    const parts = { userAgent: 'x', maxBytes: 10, timeout: 1000, inMemory: 10 }
    const downloader = new Downloader({ ...parts, clock: systemClock, allowHosts, resolve: () => {} })
    const fetched = downloader.fetch(new URL('https://files.test/a.png'), null, new AbortController().signal)
    await expect(fetched).rejects.toMatchObject({ code: 'media_download' })
    expect(asked[0]).toMatchObject({ host: 'files.test', ...PATIENT })
    await downloader.close()
  })
})
