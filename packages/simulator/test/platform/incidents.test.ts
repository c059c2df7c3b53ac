import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it, vi } from 'vitest'

import {
  checkScenario,
  createMemorySimulator,
  type IncidentName,
  incidents,
  type MemorySimulator,
  type Scenario,
} from '../../src/index.js'
import type { ScenarioStep } from '../../src/scenarios/scenario.js'
import { getToken, identified, memoryClient } from '../support/clients.js'
import { RawBot } from '../support/raw-bot.js'

interface Played {
  readonly sim: MemorySimulator
  readonly bot: RawBot
}

const HOUR = 3_600_000

const withPlayed = async (
  scenario: Scenario,
  story: (played: Played) => void,
  { seed = 1, ms = lengthOf(scenario) }: { readonly seed?: number; readonly ms?: number } = {},
): Promise<void> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, seed, logLimit: 100_000 })
  const bot = new RawBot(sim)
  const playback = sim.play(scenario)
  bot.start()
  await clock.advance(ms)
  playback.stop()
  story({ sim, bot })
  bot.stop()
  await sim.close()
  expect(clock.pending).toBe(0)
}

const lengthOf = ({ steps }: Scenario): number =>
  Math.max(...steps.map(({ at, every = 0, times = 1 }) => at + every * (times - 1))) + 600_000

/** The required signs of each incident. */
const SIGNS: Readonly<Record<IncidentName, (played: Played) => void>> = {
  'thirty-minute-cut': ({ sim }) => {
    expect(sim.log.of('connection').filter(({ code }) => code === 4009)).toHaveLength(4)
    expect(sim.oracle.count('resume')).toBe(4)
  },
  'op7-then-4009': ({ sim }) => {
    expect(sim.log.of('frame').filter(({ op, direction }) => op === 7 && direction === 'out')).toHaveLength(1)
  },
  'resume-loop-4902': ({ sim }) => {
    expect(
      sim.log.of('connection').some(({ code, reason }) => code === 4902 && reason === 'reset by resume'),
    ).toBe(true)
    expect(sim.oracle.count('resume')).toBe(0)
  },
  'ready-then-kicked': ({ sim }) => {
    expect(sim.log.of('connection').filter(({ code }) => code === 4900)).toHaveLength(10)
  },
  'one-lost-ack': ({ sim }) => {
    expect(sim.log.of('fault').filter(({ change }) => change === 'struck')).toHaveLength(1)
  },
  'half-open-hour': ({ sim }) => {
    expect(sim.log.of('connection').filter(({ change }) => change === 'frozen')).toHaveLength(1)
  },
  'gateway-null-at-start': ({ sim }) => {
    expect(sim.faults.armed()).toEqual([])
    expect(sim.oracle.undelivered()).toEqual([])
  },
  'token-endpoint-limited': ({ sim }) => {
    expect(sim.faults.armed()).toEqual([])
    expect(sim.oracle.refused(100001)).toBe(3)
  },
  'expired-while-thinking': ({ sim }) => {
    expect(sim.oracle.refused(40034005)).toBe(2)
  },
  'answer-lost-after-executing': ({ sim }) => {
    expect(sim.oracle.refused(40054005)).toBe(2)
    expect(sim.oracle.doubledReplies()).toEqual([])
  },
  'replayed-night': ({ sim }) => {
    expect(sim.log.of('connection').filter(({ change }) => change === 'opened').length).toBeGreaterThan(20)
  },
  'refused-intent': ({ sim }) => {
    expect(sim.log.of('refused-intents').length).toBeGreaterThan(0)
  },
  'permission-withdrawn': ({ sim }) => {
    expect(sim.log.of('refused-intents').length).toBeGreaterThan(0)
  },
  'doubled-delivery': ({ sim }) => {
    expect(sim.oracle.events().filter(({ copies }) => copies === 2)).toHaveLength(3)
  },
}

describe('incidents', () => {
  it('SM-02 are at least twelve, plain data with a story and a source', () => {
    expect(Object.keys(incidents).length).toBeGreaterThanOrEqual(12)
    for (const [name, incident] of Object.entries(incidents)) {
      expect(incident.name).toBe(name)
      expect(JSON.parse(JSON.stringify(incident))).toEqual(incident)
      expect(checkScenario(incident)).toEqual(incident)
    }
  })

  it.each(Object.keys(SIGNS) as IncidentName[])('SM-02 %s has its signs', async (name) =>
    withPlayed(incidents[name], (played) => SIGNS[name](played)),
  )

  it('SM-02 a bot that resumes loses nothing in thirty-minute cuts', async () =>
    withPlayed(incidents['thirty-minute-cut'], ({ sim, bot }) => {
      expect(sim.oracle.judge(bot.handled)).toEqual({ lost: [], doubled: [], reordered: [], invented: [] })
    }))

  it('a night with the same seed gives the same log', async () => {
    const logs: string[] = []
    for (let run = 0; run < 2; run += 1) {
      await withPlayed(
        incidents['replayed-night'],
        ({ sim }) => logs.push(JSON.stringify(sim.log.entries())),
        {
          seed: 5,
          ms: 2 * HOUR,
        },
      )
    }
    expect(logs[0]?.length).toBeGreaterThan(100_000)
    expect(logs[0]).toBe(logs[1])
  })

  it('SM-02 a malformed scenario is refused', () => {
    const wrong = {
      name: 'x',
      story: 's',
      source: '§1',
      steps: [{ at: 0, kind: 'fault', fault: { on: 'call', do: {} } }],
    }
    expect(() => checkScenario(wrong)).toThrow(/do\.kind/)
    expect(() => checkScenario({ ...wrong, steps: [{ at: -1, kind: 'clear' }] })).toThrow(/steps\.0\.at/)
  })

  it('SM-07 a scenario can turn a live switch, and a wrong one is refused', async () => {
    const client = await memoryClient({ heartbeatTimeout: null })
    const turning = (name: string, value: string | number) => ({
      name: 'turns',
      story: 'x',
      source: '§5.4.1',
      steps: [{ at: 5, kind: 'live', name, value } as ScenarioStep],
    })
    client.sim.play(turning('streamBytes', 2_000))
    expect(client.sim.live.get('streamBytes')).toBe('all')
    await client.clock.advance(5)
    expect(client.sim.live.get('streamBytes')).toBe(2_000)
    expect(() => checkScenario(turning('typo', 'x'))).toThrow('"steps.0.name"')
    expect(() => checkScenario(turning('streamLife', 'short'))).toThrow('"steps.0.value": give \'limited\'')
    await client.close()
  })

  it('SM-02 people press, join and leave, and any event can be published', async () => {
    const client = await memoryClient({ heartbeatTimeout: null })
    const { sim, clock } = client
    const token = await getToken(client)
    const { socket } = await identified(client, token)
    const path = `/v2/groups/${sim.group('room').id}/messages`
    const button = { id: 'b1', render_data: { label: 'Go' }, action: { type: 1, data: 'go' } }
    const body = { content: 'x', keyboard: { content: { rows: [{ buttons: [button] }] } } }
    await client.call(path, { method: 'POST', token, body })
    const room = { scene: 'group', peer: 'room', person: 'bob' } as const
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    sim.play({
      name: 'a-busy-room',
      story: 'x',
      source: '§4.4',
      steps: [
        { at: 0, kind: 'happen', ...room, what: 'member-join' },
        { at: 1, kind: 'press', ...room, button: 'Go' },
        { at: 2, kind: 'press', ...room, button: 'nowhere' },
        { at: 3, kind: 'happen', scene: 'channel', peer: 'art/general', person: 'bob', what: 'member-join' },
        { at: 4, kind: 'say', scene: 'channel', peer: 'art/general', text: 'unheard', mention: false },
        { at: 5, kind: 'publish', t: 'ENTER_AIO', d: { user_openid: 'A' } },
        { at: 6, kind: 'happen', scene: 'c2c', peer: 'ann', what: 'unfriend' },
      ],
    })
    await clock.advance(10)
    expect(socket.frames.flatMap(({ t }) => t ?? []).slice(1)).toEqual([
      'GROUP_MEMBER_ADD',
      'INTERACTION_CREATE',
      'GUILD_MEMBER_ADD',
      'FRIEND_DEL',
    ])
    expect(sim.oracle.events({ t: 'ENTER_AIO' })).toHaveLength(1)
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        message: expect.stringContaining('a-busy-room left out a step "press": there is no button') as string,
        code: 'QQKIT_SCENARIO_STEP',
      }),
    )
    warn.mockRestore()
    await client.close()
  })
})
