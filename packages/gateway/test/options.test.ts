import { Agent } from 'node:http'

import { OptionsError } from '@qqkit/core'
import { expect, it } from 'vitest'

import { Gateway, type GatewayOptions } from '../src/index.js'
import { resolveOptions } from '../src/options.js'
import { ScriptedAccess } from './support/scripted-access.js'

const good = { access: new ScriptedAccess(), intents: 1 } satisfies GatewayOptions

const thrownBy = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

it.each<[string, unknown]>([
  ['access', { ...good, access: {} }],
  ['intents', { ...good, intents: 0 }],
  ['intents', { ...good, intents: [] }],
  ['intents.0', { ...good, intents: ['NO_SUCH_INTENT'] }],
  ['shards', { ...good, shards: 0 }],
  ['shards', { ...good, shards: { ids: [2], total: 2 } }],
  ['shards', { ...good, shards: { ids: [0, 0], total: 2 } }],
  ['policy.jitter', { ...good, policy: { jitter: 2 } }],
  ['policy.rules.4009.session', { ...good, policy: { rules: { 4009: { session: 'lose' } } } }],
  ['closeCodes', { ...good, closeCodes: 'lenient' }],
  ['closeCodes.4009.session', { ...good, closeCodes: { 4009: { session: 'lose' } } }],
  ['maxPayload', { ...good, maxPayload: 0 }],
  ['deadlines.hello', { ...good, deadlines: { hello: -1 } }],
  ['deadlines.helo', { ...good, deadlines: { helo: 1 } }],
  ['heartbeat.min', { ...good, heartbeat: { min: Infinity } }],
  ['heartbeat.min', { ...good, heartbeat: { min: 5000, max: 1000 } }],
  ['closeCodes.40O9', { ...good, closeCodes: { '40O9': { session: 'drop' } } }],
  ['closeCodes.zombie', { ...good, closeCodes: { zombie: { session: 'drop' } } }],
  ['agent', { ...good, agent: new Agent(), transport: { open: () => {} } }],
  ['heartbeat.fallback', { ...good, heartbeat: { max: 30_000, fallback: 40_000 } }],
  ['shards', { ...good, shards: 2 ** 33 }],
  ['shards', { ...good, shards: 1.5 }],
  ['shards.ids', { ...good, shards: { ids: [], total: 2 } }],
  ['shards.ids.0', { ...good, shards: { ids: [-1], total: 2 } }],
  ['shards.total', { ...good, shards: { ids: [0], total: 0 } }],
  ['shards', { ...good, shards: { ids: [0], total: 1, totel: 1 } }],
  ['deadlines', { ...good, deadlines: 5 }],
  ['heartbeat', { ...good, heartbeat: 5 }],
  ['intents', { ...good, intents: 2 ** 32 }],
  ['shards.total', { ...good, shards: { ids: [0], total: 1001 } }],
  // What undici calls an agent cannot open the sockets of `ws`.
  ['agent', { ...good, agent: { on: () => {}, dispatch: () => {} } }],
  ['lockTimeout', { ...good, lockTimeout: -1 }],
  ['maxSessionAge', { ...good, maxSessionAge: 0 }],
  ['deliveryDeadline', { ...good, deliveryDeadline: 0 }],
  ['maxUnsettled', { ...good, maxUnsettled: 1.5 }],
  ['eventBuffer', { ...good, eventBuffer: 0 }],
  ['store', { ...good, store: {} }],
  ['appId', { ...good, store: { durable: true, open: () => {} } }],
  ['log', { ...good, log: 'console' }],
  ['clock', { ...good, clock: {} }],
  ['intent', { ...good, intent: 1 }],
])('a wrong %s is refused before anything starts', (path, options) => {
  const make = (): Gateway => new Gateway(options as GatewayOptions)
  const thrown = thrownBy(make)
  expect(thrown).toBeInstanceOf(OptionsError)
  // In our words: what the library says of a value helps nobody to give a better one.
  expect(thrown).toMatchObject({ path, hint: expect.stringMatching(/^(?!Invalid).{10}/) as string })
})

it('takes intents by name, tables by name, and single rows', () => {
  const { intents, policy } = resolveOptions({
    ...good,
    intents: ['GUILDS', 'INTERACTION'],
    closeCodes: { 4009: { session: 'drop' } },
    policy: { rules: { 4008: { delay: 5000 } } },
  })
  expect(intents).toBe(1 | 67_108_864)
  expect(policy.rules['4009']).toMatchObject({ session: 'drop', resumeTries: 1 })
  expect(policy.rules['4008']).toMatchObject({ session: 'keep', delay: 5000 })
  expect(resolveOptions({ ...good, closeCodes: 'strict' }).policy.rules['4009']).toMatchObject({
    session: 'drop',
  })
})

it('GW-02 GW-03 GW-25 holds to the defaults of the README', () => {
  expect(resolveOptions(good)).toMatchObject({
    shards: 'auto',
    maxPayload: 4_194_304,
    heartbeat: { min: 100, max: 120_000, fallback: 41_250 },
    maxSessionAge: null,
    deliveryDeadline: 600_000,
    maxUnsettled: 1000,
    eventBuffer: 1000,
    lockTimeout: 60_000,
    closeTimeout: 15_000,
    drainTimeout: 10_000,
    deadlines: {
      prepare: 30_000,
      open: 15_000,
      hello: 15_000,
      permit: 60_000,
      ready: 30_000,
      resumed: 30_000,
      close: 3000,
    },
  })
})
