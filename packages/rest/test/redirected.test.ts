import { tokenUrls } from '@qqkit/protocol'
import type { LogRecord } from '@qqkit/core'
import { createMemorySimulator } from '@qqkit/simulator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { Rest } from '../src/index.js'
import { resolveOptions, type RestOptions } from '../src/options.js'

const LOCAL = 'http://127.0.0.1:4790'
const TOKENS = 'http://127.0.0.1:4791/tokens'

beforeEach(() => {
  vi.stubEnv('QQKIT_API_URL', LOCAL)
  vi.stubEnv('QQKIT_TOKEN_URL', '')
})
afterEach(() => vi.unstubAllEnvs())

const resolved = (
  options: Partial<RestOptions>,
): { readonly api: readonly string[]; readonly token: readonly string[] } => {
  const { bases, tokenUrls: token } = resolveOptions({ appId: '1', secret: 's', ...options })
  return { api: bases, token }
}

describe('CL-04 the variables of qqkit dev', () => {
  it.each([
    [{}],
    [{ baseUrl: 'production' }],
    [{ baseUrl: 'sandbox' }],
    [{ baseUrl: 'https://api.sgroup.qq.com', failover: true }],
    [{ tokenUrl: 'production' }],
    [{ tokenUrl: tokenUrls.legacy }],
  ])("replace QQ's hosts: %j", (options) => {
    expect(resolved(options)).toEqual({ api: [LOCAL], token: [`${LOCAL}/app/getAppAccessToken`] })
    vi.stubEnv('QQKIT_TOKEN_URL', TOKENS)
    expect(resolved(options)).toEqual({ api: [LOCAL], token: [TOKENS] })
  })

  it('leave an address of your own', () => {
    vi.stubEnv('QQKIT_TOKEN_URL', TOKENS)
    const options = { baseUrl: 'https://qq.example.com', tokenUrl: 'https://qq.example.com/token' }
    expect(resolved(options)).toEqual({ api: [options.baseUrl], token: [options.tokenUrl] })
  })

  it('change nothing where they are not set', () => {
    vi.stubEnv('QQKIT_API_URL', '')
    expect(resolved({})).toEqual({ api: ['https://api.bot.qq.com'], token: [tokenUrls.production] })
  })

  it.each(['QQKIT_API_URL', 'QQKIT_TOKEN_URL'])('are named when they are wrong: %s', (name) => {
    vi.stubEnv(name, 'localhost:4790')
    expect(() => resolved({})).toThrow(new RegExp(`"${name}".*http\\(s\\) URL.*"localhost:4790"`))
  })

  it('lead a client to the platform that they name, which a record says', async () => {
    const sim = createMemorySimulator()
    const records: LogRecord[] = []
    const { appId, secret } = sim.credentials
    vi.stubEnv('QQKIT_API_URL', sim.url)
    const rest = new Rest({
      appId,
      secret,
      dispatcher: sim.dispatcher as never,
      log: (one) => records.push(one),
    })
    expect((await rest.request('GET /users/@me')).username).toMatch(/\S/)
    expect(rest.baseUrl).toBe(sim.url)
    expect(records.slice(0, 1)).toMatchObject([
      {
        level: 'info',
        event: 'rest.redirected',
        message: `calls go to ${sim.url}, since QQKIT_API_URL is set`,
      },
    ])
    await rest.close()
    await sim.close()
  })
})
