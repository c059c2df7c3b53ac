import assert from 'node:assert/strict'
import { it } from 'node:test'

import { readConfig } from '../src/config.js'

const CREDENTIALS = { QQ_APP_ID: '102000001', QQ_APP_SECRET: 'secret' }

it('CL-06 reads the environment', () => {
  assert.deepEqual(readConfig({ ...CREDENTIALS, PORT: '8080', QQ_BASE_URL: '' }), {
    appId: '102000001',
    secret: 'secret',
    data: 'data',
    port: 8080,
  })
})

it('CL-06 says what is wrong', () => {
  assert.throws(() => readConfig({ QQ_APP_ID: '102000001' }), /not both set/)
  assert.throws(() => readConfig({ QQ_APP_ID: 'secret', QQ_APP_SECRET: '102000001' }), /swapped/)
  assert.throws(() => readConfig({ ...CREDENTIALS, PORT: 'http' }), /PORT/)
})
