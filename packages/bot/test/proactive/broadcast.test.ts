/** Broadcasts to places of the simulator: who gets the message, within which quotas, and what a later call continues. */
import { afterEach, describe, expect, it, vi } from 'vitest'

import { type Bot, type BotOptions, image, type Target } from '../../src/index.js'
import {
  broadcast,
  BroadcastError,
  type BroadcastOptions,
  type BroadcastRecord,
  type BroadcastReport,
  type BroadcastTargets,
  forgetBroadcast,
  memoryRecordStore,
  type Place,
  type PlaceList,
  type Places,
  type RecordStore,
  rememberPlaces,
} from '../../src/proactive/index.js'
import { type MemoryBot, memoryBot } from '../support/memory-bot.js'

let running: MemoryBot | null = null
afterEach(async () => {
  await running?.close()
  running = null
})

const start = async (
  bot: Partial<BotOptions> = {},
  store: RecordStore<Place> = memoryRecordStore(),
): Promise<MemoryBot & { readonly places: Places }> => {
  running = memoryBot(bot)
  const places = rememberPlaces(running.bot, { store })
  running.bot.on('message', () => {})
  void running.bot.start()
  await running.settle()
  return { ...running, places }
}

/** Waits for a promise while time passes. */
const during = async <T>({ clock }: MemoryBot, promise: Promise<T>, ms = 60_000): Promise<T> => {
  const state = { over: false }
  const end = (): void => void (state.over = true)
  promise.then(end, end)
  for (let passed = 0; passed < ms && !state.over; passed += 100) await clock.advance(100)
  if (!state.over) throw new Error(`not settled after ${ms} ms`)
  return promise
}

const outcomesOf = ({ targets }: BroadcastReport): readonly string[] => targets.map(({ outcome }) => outcome)

const users = ({ sim }: MemoryBot, ...names: readonly string[]): readonly Target[] =>
  names.map((name) => {
    sim.user(name).befriend()
    return { scene: 'c2c', id: sim.user(name).id }
  })

const newsOf = (
  store = memoryRecordStore<BroadcastRecord>(),
): Required<Pick<BroadcastOptions, 'resume'>> => ({
  resume: { id: 'news', store },
})

describe('a broadcast', () => {
  it('TF-05 reaches the places of all scenes, each once, and says how far it is', async () => {
    const stage = await start()
    const { sim, bot, settle, said, places } = stage
    const guild = sim.guild()
    for (const spot of [
      sim.user('ann'),
      sim.group('room').user('bob'),
      guild.channel('tea').user('cat'),
      guild.dm('dan'),
    ]) {
      spot.say('hi')
      await settle(1000)
    }
    const seen: string[] = []
    const report = await during(
      stage,
      broadcast(bot, places, 'Good morning!', {
        onProgress: ({ done, total, last }) => void seen.push(`${done}/${total} ${last.target.scene}`),
      }),
    )
    expect(report).toMatchObject({ total: 4, changed: 0, counts: { sent: 4, open: 0 } })
    expect(said().filter((line) => line.endsWith('proactive: Good morning!'))).toHaveLength(4)
    expect(seen.map((line) => line.split(' ')[0])).toEqual(['1/4', '2/4', '3/4', '4/4'])
    expect(seen.map((line) => line.split(' ')[1] ?? '').toSorted()).toEqual(['c2c', 'channel', 'dm', 'group'])
  })

  it('TF-05 takes any targets, counts each once, and can write to each on its own', async () => {
    const stage = await start()
    const targets = users(stage, 'ann', 'bob')
    const some = async function* names(): AsyncGenerator<Target> {
      yield* targets
      yield* targets
    }
    const report = await during(
      stage,
      broadcast(stage.bot, some(), ({ id }) => `for ${id}`),
    )
    expect(outcomesOf(report)).toEqual(['sent', 'sent'])
    expect(stage.said()).toEqual(targets.map(({ id }) => expect.stringContaining(`for ${id}`) as unknown))
  })

  it('TF-06 stays inside the quotas, and leaves a target whose quota has no room for later', async () => {
    const stage = await start()
    const { bot, sim, clock } = stage
    const names = Array.from({ length: 40 }, (_, n) => `user ${n}`)
    const targets = users(stage, ...names)
    const begun = clock.now()
    const report = await during(stage, broadcast(bot, targets, 'news'), 180_000)
    expect(report.counts.sent).toBe(40)
    // 30 a minute for a bot without a certificate.
    expect(clock.now() - begun).toBeGreaterThan(50_000)
    expect(sim.log.of('call').filter(({ status }) => status >= 400)).toEqual([])
    const hasty = await during(stage, broadcast(bot, targets, 'more', { quotaTimeout: 5000 }), 20_000)
    expect(hasty.counts.later).toBeGreaterThan(0)
    expect(hasty.counts.sent + hasty.counts.later).toBe(40)
    const waiting = hasty.targets.filter(({ outcome }) => outcome === 'later')
    for (const { again } of waiting) expect(again).toBeGreaterThan(clock.wall())
  })

  it('TF-07 reports who left, who takes no proactive messages, and forgets places that are gone', async () => {
    const stage = await start()
    const { bot, sim, settle, places } = stage
    const [ann, bob] = users(stage, 'ann', 'bob') as readonly [Target, Target]
    sim.group('room').addBot()
    sim.group('quiet').addBot()
    await settle(1000)
    sim.faults.add({ on: 'event', do: { kind: 'ignore' } })
    sim.user('bob').unfriend()
    sim.group('quiet').refuse()
    await settle(1000)
    const quiet: Target = { scene: 'group', id: sim.group('quiet').id }
    const report = await during(stage, broadcast(bot, places, 'news'))
    const outcomeOf = ({ id }: Target): string | undefined =>
      report.targets.find(({ target }) => target.id === id)?.outcome
    expect([outcomeOf(ann), outcomeOf(bob), outcomeOf(quiet)]).toEqual(['sent', 'left', 'refused'])
    expect(await places.get(bob)).toBeNull()
    const plain = await during(stage, broadcast(bot, [quiet, bob], 'news'))
    expect(outcomesOf(plain)).toEqual(['refused', 'left'])
    expect(plain.targets[0]?.error).toMatchObject({ delivered: 'no' })
  })

  it('TF-08 a call with the same id continues: no target gets it twice', async () => {
    const stage = await start()
    const { bot, said } = stage
    const targets = users(stage, 'ann', 'bob', 'cat')
    const stop = new AbortController()
    const news = newsOf()
    const failed = during(
      stage,
      broadcast(bot, targets, 'news', {
        ...news,
        concurrency: 1,
        signal: stop.signal,
        onProgress: ({ done }) => done === 2 && stop.abort(new Error('enough')),
      }),
    )
    const error: unknown = await failed.catch((thrown: unknown) => thrown)
    expect(BroadcastError.is(error) && outcomesOf(error.report)).toEqual(['sent', 'sent', 'open'])
    expect(error).toMatchObject({ code: 'broadcast_stopped', cause: { message: 'enough' } })
    const report = await during(stage, broadcast(bot, targets, 'news', news))
    expect(outcomesOf(report)).toEqual(['sent', 'sent', 'sent'])
    expect(report.targets.map(({ earlier }) => earlier)).toEqual([true, true, false])
    expect(said()).toHaveLength(3)
  })

  it('TF-08 a target that has another text already is reported, and not written to again', async () => {
    const stage = await start()
    const { bot, said } = stage
    const [ann, bob] = users(stage, 'ann', 'bob') as readonly [Target, Target]
    const news = newsOf()
    await during(stage, broadcast(bot, [ann], 'nwes', news))
    const report = await during(stage, broadcast(bot, [ann, bob], 'news', news))
    expect(report).toMatchObject({
      changed: 1,
      targets: [
        { outcome: 'sent', earlier: true, changed: true },
        { outcome: 'sent', earlier: false, changed: false },
      ],
    })
    expect(said().map((line) => line.split(': ')[1])).toEqual(['nwes', 'news'])
  })

  it('TF-08 a place that left between two calls is reported', async () => {
    const stage = await start()
    const { bot, sim, settle, places } = stage
    const stop = new AbortController()
    const news = newsOf()
    users(stage, 'ann', 'bob')
    await settle(1000)
    await during(
      stage,
      broadcast(bot, places, 'news', {
        ...news,
        concurrency: 1,
        signal: stop.signal,
        onProgress: () => stop.abort(),
      }).catch(() => {}),
    )
    sim.user('bob').unfriend()
    await settle(1000)
    const report = await during(stage, broadcast(bot, places, 'news', news))
    expect(outcomesOf(report)).toEqual(['sent', 'left'])
  })

  it('TF-08 a call over other scenes, or over some of the places, leaves out the targets of the one before', async () => {
    const stage = await start()
    const { bot, sim, settle, places } = stage
    const news = newsOf()
    users(stage, 'ann', 'bob', 'cat')
    sim.group('room').addBot()
    await settle(1000)
    const stopping = { ...news, concurrency: 1, signal: AbortSignal.abort() }
    await during(
      stage,
      broadcast(bot, places.of('c2c'), 'news', stopping).catch(() => {}),
    )
    sim.user('cat').unfriend()
    await settle(1000)
    const groups = await during(stage, broadcast(bot, places.of('group'), 'news', news))
    expect([groups.total, outcomesOf(groups)]).toEqual([1, ['sent']])
    const isAnn = ({ target }: Place): boolean => target.id === sim.user('ann').id
    const list: PlaceList = {
      list: async () => (await places.list()).filter(isAnn),
      get: async (target) => places.get(target),
      forget: async (target) => places.forget(target),
    }
    const chosen = await during(stage, broadcast(bot, list, 'news', news))
    expect(outcomesOf(chosen)).toEqual(['sent', 'left'])
    const all = await during(stage, broadcast(bot, places, 'news', news))
    expect(outcomesOf(all).toSorted()).toEqual(['left', 'sent', 'sent', 'sent'])
  })

  it('TF-09 a target whose outcome is unknown gets no second message, in no later call', async () => {
    const stage = await start({ rest: { timeout: 1000 } })
    const { bot, sim, said } = stage
    const targets = users(stage, 'ann')
    const news = newsOf()
    sim.faults.add({ on: 'call', match: { route: 'c2c.send' }, do: { kind: 'hang' } })
    const first = await during(stage, broadcast(bot, targets, 'news', news))
    expect(outcomesOf(first)).toEqual(['unknown'])
    const second = await during(stage, broadcast(bot, targets, 'news', news))
    expect(second.targets).toMatchObject([{ outcome: 'unknown', earlier: true }])
    expect(said()).toEqual([])
  })

  it('TF-09 a process that died during a send has an unknown outcome there, and continues with the others', async () => {
    const stage = await start()
    const { bot, said } = stage
    const [ann, bob] = users(stage, 'ann', 'bob') as readonly [Target, Target]
    const store = memoryRecordStore<BroadcastRecord>()
    const dying = {
      ...store,
      save: (key: string, value: BroadcastRecord): void => {
        if (value.kind === 'sent') throw new Error('killed')
        void store.save(key, value)
      },
    }
    const error: unknown = await during(
      stage,
      broadcast(bot, [ann, bob], 'news', { ...newsOf(dying), concurrency: 1 }).catch(
        (thrown: unknown) => thrown,
      ),
    )
    expect(error).toMatchObject({ cause: { message: 'killed' } })
    const report = await during(stage, broadcast(bot, [ann, bob], 'news', newsOf(store)))
    expect(outcomesOf(report)).toEqual(['unknown', 'sent'])
    expect(said()).toHaveLength(2)
  })

  it('TF-09 a failure that all targets share stops it, and leaves them open', async () => {
    const stage = await start()
    const { bot, sim } = stage
    const targets = users(stage, 'ann', 'bob', 'cat')
    const news = newsOf()
    sim.faults.add({ on: 'call', match: { route: 'send' }, times: 50, do: { kind: 'error', code: 11_253 } })
    const error: unknown = await during(
      stage,
      broadcast(bot, targets, 'news', { ...news, concurrency: 1 }).catch((thrown: unknown) => thrown),
    )
    expect(error).toMatchObject({ report: { counts: { open: 3 } }, cause: { errCode: 11_253 } })
    const calls = sim.log.of('call').filter(({ route }) => route === 'c2c.send')
    expect(calls).toHaveLength(1)
    sim.faults.clear()
    expect((await during(stage, broadcast(bot, targets, 'news', news))).counts.sent).toBe(3)
  })

  it('TF-09 the stop of the bot stops it; the targets that wait for a quota stay open', async () => {
    const stage = await start()
    const { bot, clock } = stage
    const targets = users(stage, ...Array.from({ length: 40 }, (_, n) => `user ${n}`))
    const news = newsOf()
    const failed = broadcast(bot, targets, 'news', news).catch((thrown: unknown) => thrown)
    await clock.advance(20_000)
    const stopped = bot.stop()
    const error: unknown = await during(stage, failed)
    await during(stage, stopped)
    expect(BroadcastError.is(error) && error.report.counts).toMatchObject({ sent: 30, open: 10, unknown: 0 })
    void bot.start()
    await clock.advance(60_000)
    expect((await during(stage, broadcast(bot, targets, 'news', news))).counts.sent).toBe(40)
  })

  it('TF-08 a forgotten broadcast reaches every target again', async () => {
    const stage = await start()
    const targets = users(stage, 'ann')
    const news = newsOf()
    await during(stage, broadcast(stage.bot, targets, 'news', news))
    await forgetBroadcast(stage.bot, news.resume)
    expect(await news.resume.store.load('')).toBeUndefined()
    await during(stage, broadcast(stage.bot, targets, 'news', news))
    expect(stage.said()).toHaveLength(2)
  })

  it('TF-07 a channel that is gone is reported as left, without an event that told it', async () => {
    const stage = await start()
    const { bot, sim, settle, places } = stage
    sim.channel('tea').user('cat').say('hi')
    await settle(1000)
    const [known] = await places.list()
    const gone = { scene: 'channel', id: '4711' } as const
    const report = await during(stage, broadcast(bot, [known!.target, gone], 'news'))
    expect(outcomesOf(report)).toEqual(['sent', 'left'])
  })

  it('TF-05 a function that makes no message of one target costs the others nothing', async () => {
    const stage = await start()
    const targets = users(stage, 'ann', 'bob', 'cat')
    const news = newsOf()
    let isReady = false
    const greeting = ({ id }: Target): string => {
      if (id === targets[0]?.id && !isReady) throw new Error('no name')
      return `for ${id}`
    }
    const options = { ...news, concurrency: 1 }
    const first = await during(stage, broadcast(stage.bot, targets, greeting, options))
    expect(outcomesOf(first)).toEqual(['failed', 'sent', 'sent'])
    expect(first.targets[0]).toMatchObject({ error: { message: 'no name' } })
    isReady = true
    const second = await during(stage, broadcast(stage.bot, targets, greeting, options))
    expect(second.targets.map(({ outcome, earlier }) => [outcome, earlier])).toEqual([
      ['sent', false],
      ['sent', true],
      ['sent', true],
    ])
    expect(stage.said()).toHaveLength(3)
  })

  it.each([
    ['throws', (): void => void JSON.parse('{')],
    ['rejects', async (): Promise<void> => Promise.reject(new SyntaxError('{'))],
  ])('TF-05 onProgress that %s is one process warning, and stops nothing', async (_how, onProgress) => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    try {
      const stage = await start()
      const report = await during(
        stage,
        broadcast(stage.bot, users(stage, 'ann', 'bob'), 'news', { onProgress }),
      )
      expect(report.counts.sent).toBe(2)
      expect(warnings.mock.calls.map(([, options]) => options)).toMatchObject([
        { type: 'BroadcastProgressFailed' },
      ])
    } finally {
      warnings.mockRestore()
    }
  })

  it('TF-08 one store may hold the places and the broadcasts of a bot', async () => {
    const store = memoryRecordStore<never>()
    const stage = await start({}, store)
    stage.sim.user('ann').say('hi')
    await stage.settle(1000)
    const news = newsOf(store)
    for (const isEarlier of [false, true]) {
      const { targets } = await during(stage, broadcast(stage.bot, stage.places, 'news', news))
      expect(targets).toMatchObject([{ outcome: 'sent', earlier: isEarlier }])
    }
  })

  it('TF-05 ten thousand targets are each sent one message, and known to the next call', async () => {
    const stage = await start({ rest: { limits: false } })
    const sent: string[] = []
    stage.bot.rest.use(async (call) => {
      sent.push(call.path)
      return {
        status: 200,
        headers: new Headers(),
        body: { id: String(sent.length), timestamp: '' },
      } as never
    })
    const targets = Array.from({ length: 10_000 }, (_, n) => ({ scene: 'group', id: `G${n}` }) as const)
    const news = newsOf()
    let seen = 0
    const count = (): void => void (seen += 1)
    const first = await during(stage, broadcast(stage.bot, targets, 'news', { ...news, onProgress: count }))
    expect([first.counts.sent, seen, new Set(sent).size, sent.length]).toEqual([
      10_000, 10_000, 10_000, 10_000,
    ])
    const second = await during(stage, broadcast(stage.bot, targets, 'other news', news))
    expect([second.counts.sent, second.changed, sent.length]).toEqual([10_000, 10_000, 10_000])
  })

  it('TF-04 wrong use is told with what to write instead', async () => {
    const stage = await start()
    const { bot } = stage
    const wrong = async (
      targets: unknown,
      message: unknown = 'news',
      options: unknown = {},
      on: unknown = bot,
    ): Promise<unknown> =>
      during(
        stage,
        broadcast(
          on as Bot,
          targets as BroadcastTargets,
          message as string,
          options as BroadcastOptions,
        ).catch((error: unknown) => (BroadcastError.is(error) ? error.cause : error)),
      )
    const [ann] = users(stage, 'ann') as readonly [Target]
    expect(await wrong([ann], 'news', {}, {})).toMatchObject({ code: 'no_bot' })
    expect(await wrong('GROUP')).toMatchObject({ code: 'bad_target' })
    expect(await wrong([{ scene: 'groups', id: 'G' }])).toMatchObject({
      code: 'bad_target',
      message: expect.stringContaining('scene: groups') as unknown,
      advice: { en: expect.stringContaining("{ scene: 'group', id }") as unknown },
    })
    expect(await wrong([ann], '')).toMatchObject({ code: 'no_message' })
    expect(await wrong([ann], 'news', { resume: { id: 'a' } })).toMatchObject({
      message: expect.stringContaining('fileRecordStore({ path') as unknown,
    })
    expect(await wrong([ann], 'news', { resumes: {} })).toMatchObject({ name: 'OptionsError' })
    expect(await wrong([ann], image({ stream: new ReadableStream(), size: 1 }))).toMatchObject({
      code: 'unrepeatable',
      advice: { en: expect.stringContaining('a function that makes the message') as unknown },
    })
    const news = newsOf()
    const first = broadcast(bot, [ann], 'news', news)
    expect(await wrong([ann], 'news', news)).toMatchObject({ code: 'broadcast_running' })
    await during(stage, first)
  })
})
