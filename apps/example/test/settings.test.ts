import { describe, expect, it } from 'vitest'

import { readSettings } from '../src/settings.js'

describe('readSettings', () => {
  it('connects to QQ with both credentials', () => {
    const env = { QQ_APP_ID: ' 102000001 ', QQ_APP_SECRET: 'tst', QQ_BASE_URL: '' }
    expect(readSettings(env)).toEqual({ mode: 'qq', appId: '102000001', secret: 'tst' })
  })

  it('shows a demonstration with none', () => {
    expect(readSettings({})).toEqual({ mode: 'demo', port: 0 })
    expect(readSettings({ QQ_APP_ID: '', QQ_APP_SECRET: '' })).toEqual({ mode: 'demo', port: 0 })
    expect(readSettings({ QQ_SIMULATOR_PORT: '5140' })).toEqual({ mode: 'demo', port: 5140 })
  })

  it.each([
    [{ QQ_APP_ID: '102000001' }, /QQ_APP_SECRET is not/],
    [{ QQ_APP_SECRET: 'tst' }, /QQ_APP_ID is not/],
    [{ QQ_SIMULATOR_PORT: 'http' }, /QQ_SIMULATOR_PORT/],
    [{ QQ_SIMULATOR_PORT: '65536' }, /QQ_SIMULATOR_PORT/],
  ])('refuses %j and says why', (env, message) => {
    expect(() => readSettings(env)).toThrow(message)
  })
})
