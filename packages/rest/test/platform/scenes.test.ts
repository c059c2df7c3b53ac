import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator, startSimulator, type Simulator } from '@qqkit/simulator'
import { describe, expect, it, vi } from 'vitest'

import { button, keyboard, markdown, Rest, type RestOptions, type Target } from '../../src/index.js'

const MINUTE = 60_000
const LIFTED = { channelNeedsSession: false } as const

const inMemory = (settings = {}, options: Partial<RestOptions> = {}) => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, ...LIFTED, ...settings })
  const { appId, secret } = sim.credentials
  const rest = new Rest({ appId, secret, baseUrl: sim.url, dispatcher: sim.dispatcher, clock, ...options })
  return { clock, sim, rest }
}

/** Someone says something in each of the four scenes. */
const conversations = (sim: Simulator): readonly { target: Target; id: string }[] => [
  { target: { scene: 'c2c', id: sim.user('ann').id }, id: sim.user('ann').say('hi').id },
  { target: { scene: 'group', id: sim.group('room').id }, id: sim.group('room').user('bob').say('hi').id },
  {
    target: { scene: 'channel', id: sim.channel('general').id },
    id: sim.channel('general').user('cat').say('hi').id,
  },
  { target: { scene: 'dm', id: sim.dm('dan').id }, id: sim.dm('dan').say('hi').id },
]

describe('on a platform in memory', () => {
  it('RS-01 replies in four scenes, several times, and goes proactive when the window is over', async () => {
    const { clock, sim, rest } = inMemory()
    const talks = conversations(sim)
    for (const { target, id } of talks) {
      for (const text of ['one', 'two', 'three'])
        expect(await rest.send(target, text, { anchor: { msgId: id } })).toMatchObject({
          kind: 'sent',
          mode: 'passive',
          id: expect.any(String),
        })
      expect(sim.oracle.replies(id).map(({ content }) => content)).toEqual(['one', 'two', 'three'])
    }
    await clock.advance(61 * MINUTE)
    for (const { target, id } of talks) {
      const late = await rest.send(target, 'late', { anchor: { msgId: id } })
      expect(late).toMatchObject({ kind: 'sent', mode: 'proactive', steps: [{ name: 'proactive' }] })
      expect(sim.oracle.replies(id)).toHaveLength(3)
    }
    await rest.close()
    await sim.close()
  })

  it('RS-05 a restarted process repeats its numbers, and no message is sent twice', async () => {
    const { clock, sim, rest } = inMemory()
    const { id } = sim.user('ann').say('hi')
    const target = { scene: 'c2c', id: sim.user('ann').id } as const
    await rest.send(target, 'one', { anchor: { msgId: id } })
    const { appId, secret } = sim.credentials
    const next = new Rest({ appId, secret, baseUrl: sim.url, dispatcher: sim.dispatcher, clock })
    const again = { anchor: { msgId: id }, replayed: true }
    expect(await next.send(target, 'one', again)).toMatchObject({ kind: 'duplicate' })
    expect(await next.send(target, 'two', again)).toMatchObject({ kind: 'sent' })
    expect(sim.oracle.replies(id).map(({ content }) => content)).toEqual(['one', 'two'])
    await Promise.all([rest.close(), next.close(), sim.close()])
  })

  it('acknowledges a pressed button, and recalls its own message', async () => {
    const { sim, rest } = inMemory()
    const ann = sim.user('ann')
    const { id } = ann.say('menu')
    const target = { scene: 'c2c', id: ann.id } as const
    const result = await rest.send(
      target,
      { ...markdown('# Menu'), ...keyboard([[button.callback('Go', 'go', { id: 'go' })]]) },
      { anchor: { msgId: id } },
    )
    const pressed = ann.press('go')
    await rest.interactions.ack(pressed.id)
    expect(sim.oracle.interaction(pressed.id)).toBe(0)
    await rest.recall(target, result.id ?? '')
    expect(sim.oracle.executed('c2c.recall')).toBe(1)
    await rest.close()
    await sim.close()
  })

  it('RS-21 a message that is held back says so', async () => {
    const { sim, rest } = inMemory({ audit: true })
    const { id } = sim.channel('general').user('cat').say('hi')
    const target = { scene: 'channel', id: sim.channel('general').id } as const
    const result = await rest.send(target, 'hi', { anchor: { msgId: id } })
    expect(result).toMatchObject({ kind: 'audit', auditId: expect.any(String) })
    await rest.close()
    await sim.close()
  })

  it('RS-09 RS-10 a token that runs out in the middle is renewed once', async () => {
    const { clock, sim, rest } = inMemory({ limits: false }, { limits: false })
    const target = { scene: 'group', id: sim.group('room').id } as const
    const burst = () => Promise.all(Array.from({ length: 100 }, () => rest.send(target, 'hi')))
    await burst()
    expect(sim.oracle.count('token')).toBe(1)
    await clock.advance(7201_000)
    await burst()
    expect(sim.oracle.count('token')).toBe(2)
    sim.faults.revokeTokens()
    await burst()
    expect(sim.oracle.count('token')).toBe(3)
    await rest.close()
    await sim.close()
  })

  it('ST-01 wrong credentials are reported as such', async () => {
    const { clock, sim } = inMemory()
    const { appId, secret } = sim.credentials
    for (const wrong of [
      { appId, secret: 'wrong-secret' },
      { appId: '999', secret },
    ]) {
      const rest = new Rest({ ...wrong, baseUrl: sim.url, dispatcher: sim.dispatcher, clock })
      await expect(rest.access.token()).rejects.toMatchObject({ access: 'fatal', retry: 'never' })
      await rest.close()
    }
    await sim.close()
  })

  it('looks up the gateway with its own token', async () => {
    const { sim, rest } = inMemory()
    expect(await rest.access.gateway()).toMatchObject({ url: expect.stringMatching(/^ws/), shards: 1 })
    await rest.close()
    await sim.close()
  })
})

describe('on a platform with sockets', () => {
  it('RS-01 does the same, and leaves no socket behind', async () => {
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
    const before = sockets()
    // The platform's time stands still: how slow this machine is decides nothing.
    const clock = new ManualClock()
    const sim = await startSimulator({ ...LIFTED, clock })
    const { appId, secret } = sim.credentials
    const rest = new Rest({ appId, secret, baseUrl: sim.url })
    const talks = conversations(sim)
    for (const { target, id } of talks)
      expect(await rest.send(target, 'now', { anchor: { msgId: id } })).toMatchObject({ mode: 'passive' })
    await clock.advance(61 * MINUTE)
    for (const { target, id } of talks)
      expect(await rest.send(target, 'late', { anchor: { msgId: id } })).toMatchObject({ mode: 'proactive' })
    await rest.close()
    await sim.close()
    await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before), 20_000)
  })

  it('a closed port counts as not connected', async () => {
    const sim = await startSimulator()
    const { url, credentials } = sim
    await sim.close()
    const rest = new Rest({
      ...pick(credentials),
      baseUrl: url,
      timeout: 2000,
    })
    await expect(rest.send({ scene: 'c2c', id: 'x' }, 'hi')).rejects.toMatchObject({
      code: 'token_unavailable',
      delivered: 'no',
    })
    await rest.close()
  })
})

const pick = ({ appId, secret }: { readonly appId: string; readonly secret: string }) => ({ appId, secret })
