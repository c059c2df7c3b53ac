/** Publishing commands to the panels and the menu of the simulator. */
import type { PanelScope } from '@qqkit/protocol'
import { afterEach, describe, expect, it } from 'vitest'

import type { Bot } from '../../src/index.js'
import { publish, PublishError, type PublishOptions, type PublishReport } from '../../src/publish/index.js'
import { type MemoryBot, memoryBot } from '../support/memory-bot.js'

let running: MemoryBot[] = []
afterEach(async () => {
  for (const stage of running) await stage.close()
  running = []
})

interface Stage extends MemoryBot {
  readonly publish: (options?: PublishOptions) => Promise<PublishReport>
  /** The obstacles of a call that fails. */
  readonly blocked: (options?: PublishOptions) => Promise<readonly string[]>
  readonly wait: <T>(work: Promise<T>) => Promise<T>
  /** Names of the items of a panel, as the platform shows them. */
  readonly panel: (scope: PanelScope) => Promise<readonly string[] | null>
  readonly menu: () => Promise<readonly string[]>
  /** Calls that change something. */
  readonly writes: () => readonly string[]
}

const stageOf = (
  register: (bot: Bot) => void,
  platform: Parameters<typeof memoryBot>[1] = {},
  given: MemoryBot = memoryBot({}, platform),
): Stage => {
  if (!running.includes(given)) running.push(given)
  const { bot, clock, sim } = given
  register(bot)
  const wait = async <T>(work: Promise<T>): Promise<T> => {
    const state = { over: false }
    const end = (): void => void (state.over = true)
    work.then(end, end)
    for (let passed = 0; passed < 300_000 && !state.over; passed += 100) await clock.advance(100)
    return work
  }
  const run: Stage['publish'] = async (options) => wait(publish(bot, options))
  const first = async (scope: PanelScope) => (await wait(bot.api.panels.list({ scope }))).records[0]
  return {
    ...given,
    wait,
    publish: run,
    blocked: async (options) => {
      const error: unknown = await run(options).catch((thrown: unknown) => thrown)
      if (!(error instanceof PublishError)) throw error
      return error.obstacles.map(({ part, reason }) => `${part} ${reason}`)
    },
    panel: async (scope) => (await first(scope))?.panel.items.map(({ name }) => name) ?? null,
    menu: async () => (await wait(bot.api.menu.get())).menu?.items.map(({ name }) => name) ?? [],
    writes: () =>
      sim.log
        .of('call')
        .filter(
          ({ method, status, route }) => method !== 'GET' && status === 200 && /^(?:menu|panel)/.test(route),
        )
        .map(({ route }) => route),
  }
}

const drinks = (bot: Bot): void => {
  bot.command('tea', { description: 'offers a cup' }, () => {})
  bot.command('water', { usage: '<glass>' }, () => {})
  bot.command('secret', { hidden: true }, () => {})
}

const actionsOf = (changes: PublishReport['changes']): readonly string[] =>
  changes.map(({ part, action }) => `${part} ${action}`)

const ALL = ['menu', 'panel c2c', 'panel group', 'panel channel', 'panel dm']

describe('publishing', () => {
  it('PB-01 writes a panel for each scene and the menu, and people reach the commands there', async () => {
    const stage = stageOf((bot) => {
      drinks(bot)
      bot.command('say', async (ctx) => ctx.reply('said'))
    })
    const { done } = await stage.publish()
    expect(actionsOf(done)).toEqual(ALL.map((part) => `${part} create`))
    expect(done[0]?.added).toEqual(['tea', 'water', 'say'])
    for (const scope of ['c2c', 'group', 'channel', 'dm'] as const)
      expect(await stage.panel(scope)).toEqual(['/tea', '/water', '/say'])
    void stage.bot.start()
    await stage.settle(1000)
    stage.sim.user('ann').choose('say')
    await stage.settle(1000)
    expect(stage.said()).toEqual([expect.stringMatching(/^c2c .* reply: said$/) as unknown])
  })

  it('PB-02 changes only what differs, and tells it', async () => {
    const stage = stageOf(drinks)
    await stage.publish()
    const before = stage.writes().length
    const again = await stage.publish()
    expect(actionsOf(again.changes)).toEqual(ALL.map((part) => `${part} keep`))
    expect(again.done).toEqual([])
    expect(stage.writes()).toHaveLength(before)
    const next = stageOf(
      (bot) => {
        bot.command('coffee', { description: 'offers a mug' }, () => {})
      },
      {},
      stage,
    )
    const { done } = await next.publish({ scopes: ['c2c', 'group'], menu: ['tea'] })
    expect(done).toEqual([
      { part: 'menu', action: 'update', added: [], changed: [], removed: ['water'] },
      { part: 'panel c2c', action: 'update', added: ['/coffee'], changed: [], removed: [] },
      { part: 'panel group', action: 'update', added: ['/coffee'], changed: [], removed: [] },
    ])
    expect(stage.writes().slice(before)).toEqual(['menu.set', 'panel.change', 'panel.change'])
    expect(await next.panel('channel')).toEqual(['/tea', '/water'])
  })

  it('PB-03 a dry run tells the same and changes nothing', async () => {
    const stage = stageOf(drinks)
    const { changes, done, obstacles } = await stage.publish({ dryRun: true })
    expect(actionsOf(changes)).toEqual(ALL.map((part) => `${part} create`))
    expect([done, obstacles, stage.writes()]).toEqual([[], [], []])
  })

  it('PB-04 without permission it says so for each part, and changes nothing', async () => {
    const stage = stageOf(drinks, { bot: { menus: false } })
    expect(await stage.blocked()).toEqual(ALL.map((part) => `${part} no_permission`))
    const { obstacles, changes } = await stage.publish({ dryRun: true })
    expect(changes).toEqual([])
    expect(obstacles[0]).toMatchObject({
      message: expect.stringContaining('11253') as unknown,
      advice: { en: expect.stringContaining('menu: false') as unknown },
      error: { errCode: 11_253 },
    })
    expect(stage.writes()).toEqual([])
  })

  it('PB-05 a panel and a menu that a person edited stand in the way, until they are named', async () => {
    const stage = stageOf(drinks)
    const { bot, wait } = stage
    await stage.publish({ scopes: ['c2c'] })
    const [record] = (await wait(bot.api.panels.list({ scope: 'c2c' }))).records
    const id = record?.panel_id ?? ''
    const remark = record?.panel.remark ?? ''
    await wait(bot.api.panels.update(id, { panel: { items: [{ name: 'Mine', type: 'command' }], remark } }))
    await wait(
      bot.api.menu.set({ menu: { items: [{ name: 'Mine', type: 'send_message', send_message: 'mine' }] } }),
    )
    const before = stage.writes().length
    expect(await stage.blocked({ scopes: ['c2c', 'group'] })).toEqual(['menu edited', 'panel c2c edited'])
    expect(await stage.blocked({ scopes: ['c2c', 'group'], overwrite: ['menu'] })).toEqual([
      'panel c2c edited',
    ])
    expect(stage.writes()).toHaveLength(before)
    const dry = await stage.publish({ scopes: ['c2c'], dryRun: true })
    expect(dry.obstacles[1]?.advice.en).toContain(`publish(bot, { overwrite: ['${id}'] })`)
    const { done } = await stage.publish({ scopes: ['c2c', 'group'], overwrite: ['menu', id] })
    expect(actionsOf(done)).toEqual(['menu update', 'panel c2c update', 'panel group create'])
    expect(await stage.panel('c2c')).toEqual(['/tea', '/water'])
    expect((await stage.publish({ scopes: ['c2c', 'group'] })).done).toEqual([])
  })

  it('PB-05 a panel and a menu that publish did not write stand in the way, unless they show the same', async () => {
    const stage = stageOf(drinks)
    const { bot, wait } = stage
    const { panel_id: id } = await wait(
      bot.api.panels.create({ scope: 'group', panel: { items: [{ name: 'Mine', type: 'command' }] } }),
    )
    await wait(
      bot.api.panels.create({
        scope: 'c2c',
        panel: {
          items: [
            { name: '/tea', desc: 'offers a cup', type: 'command', only_admin: false },
            { name: '/water', desc: '<glass>', type: 'command' },
          ],
        },
      }),
    )
    await wait(
      bot.api.menu.set({ menu: { items: [{ name: 'Mine', type: 'link', link: 'https://a.test' }] } }),
    )
    const scopes = ['c2c', 'group'] as const
    expect(await stage.blocked({ scopes })).toEqual(['menu foreign', 'panel group foreign'])
    const { changes, done } = await stage.publish({ scopes, menu: false, overwrite: [id] })
    expect(actionsOf(changes)).toEqual(['panel c2c keep', 'panel group update'])
    expect(actionsOf(done)).toEqual(['panel group update'])
    expect(await stage.panel('group')).toEqual(['/tea', '/water'])
  })

  it('PB-05 panels of single users and groups are left alone', async () => {
    const stage = stageOf(drinks)
    const { bot, wait, sim } = stage
    sim.group('room').addBot()
    const targets = { target_type: 'specific', group_openids: [sim.group('room').id] } as const
    await wait(
      bot.api.panels.create({
        scope: 'group',
        ...targets,
        panel: { items: [{ name: 'Mine', type: 'command' }] },
      }),
    )
    const { done } = await stage.publish({ scopes: ['group'], menu: false })
    expect(actionsOf(done)).toEqual(['panel group create'])
    const { records } = await wait(bot.api.panels.list({ scope: 'group' }))
    expect(records).toHaveLength(2)
  })

  it('PB-06 two calls at the same time leave one panel at the next', async () => {
    const stage = stageOf(drinks)
    const options: PublishOptions = { scopes: ['group'], menu: false }
    await stage.wait(Promise.all([publish(stage.bot, options), publish(stage.bot, options)]))
    const panels = async (): Promise<number> =>
      (await stage.wait(stage.bot.api.panels.list({ scope: 'group' }))).records.length
    expect(await panels()).toBe(2)
    await stage.publish(options)
    expect(await panels()).toBe(1)
  })

  it('PB-06 a call that fails half way tells what it did, and the next one continues', async () => {
    const stage = stageOf(drinks)
    stage.sim.faults.add({
      on: 'call',
      match: { route: 'panel.create' },
      do: { kind: 'error', code: 40_030_020, status: 400 },
    })
    const error: unknown = await stage.publish().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'publish_blocked',
      report: { done: [{ part: 'menu', action: 'create' }] },
      obstacles: [{ part: 'panel c2c', reason: 'refused', error: { errCode: 40_030_020 } }],
    })
    const { done } = await stage.publish()
    expect(actionsOf(done)).toEqual(ALL.slice(1).map((part) => `${part} create`))
    // The panel remembers the menu now.
    expect(actionsOf((await stage.publish({ menu: ['tea'] })).done)).toEqual(['menu update'])
  })

  const unreadable = { obstacles: ALL.map((part) => ({ part, reason: 'unreadable' })), report: { done: [] } }
  it.each<[string, object, object]>([
    ['null', { body: null }, { code: 'no_answer' }],
    ['nothing', { raw: '' }, { code: 'no_answer' }],
    ['a page', { raw: '<html>502</html>', type: 'text/html' }, { code: 'no_answer' }],
    ['other fields', { body: { menu: { items: 5 }, records: [{ target_type: 'all' }] } }, unreadable],
    [
      'items that are none',
      { body: { menu: { items: [null] }, records: [{ target_type: 'all', panel: { items: [5] } }] } },
      unreadable,
    ],
    ['records that are none', { body: { menu: 7, records: [null] } }, unreadable],
  ])(
    'PB-09 an answer that cannot be compared (%s) stands in the way, and nothing is changed',
    async (_what, answer, told) => {
      const stage = stageOf(drinks)
      await stage.publish()
      const before = stage.writes().length
      for (const route of ['menu.get', 'panel.list'])
        stage.sim.faults.add({
          on: 'call',
          match: { route },
          times: 100,
          do: { kind: 'answer', status: 200, ...answer },
        })
      stage.bot.command('coffee', () => {})
      expect(await stage.publish().catch((thrown: unknown) => thrown)).toMatchObject(told)
      expect(stage.writes()).toHaveLength(before)
    },
  )

  it('PB-07 what does not fit is told before anything is changed', async () => {
    const many = stageOf((bot) => {
      for (let n = 1; n <= 21; n += 1) bot.command(`c${n}`, () => {})
    })
    expect(await many.blocked({ scopes: ['group'] })).toEqual(['menu too_many', 'panel group too_many'])
    const long = stageOf((bot) => {
      bot.command('天气预报查询', { description: '查'.repeat(40) }, () => {})
      bot.command('a-command-that-is-long', () => {})
    })
    expect(await long.blocked({ scopes: ['group'] })).toEqual([
      'menu name_too_long',
      'menu name_too_long',
      'panel group name_too_long',
    ])
    expect([...many.writes(), ...long.writes()]).toEqual([])
    const cut = stageOf((bot) => {
      bot.command('天气', { description: '查'.repeat(40) }, () => {})
    })
    await cut.publish({ scopes: ['group'] })
    const [record] = (await cut.wait(cut.bot.api.panels.list({ scope: 'group' }))).records
    expect(record?.panel.items).toEqual([{ name: '/天气', desc: `${'查'.repeat(29)}…`, type: 'command' }])
    expect(await cut.menu()).toEqual(['天气'])
  })

  it('PB-01 the menu takes commands by name beside links and switches; a bot without commands has no panel', async () => {
    const stage = stageOf(drinks)
    const link = { name: 'Help', type: 'link', link: 'https://example.test' } as const
    await stage.publish({ scopes: ['c2c'], menu: ['water', link] })
    expect(await stage.menu()).toEqual(['water', 'Help'])
    const empty = stageOf((bot) => {
      bot.command('secret', { hidden: true }, () => {})
    })
    expect((await empty.publish()).done).toEqual([])
  })

  it('PB-08 wrong use is told with what to write instead', async () => {
    const stage = stageOf(drinks)
    const wrong = async (options: unknown, bot: unknown = stage.bot): Promise<unknown> =>
      stage.wait(publish(bot as Bot, options as PublishOptions).catch((error: unknown) => error))
    expect(await wrong({}, {})).toMatchObject({
      code: 'no_bot',
      advice: { en: 'Give the bot itself: publish(bot).' },
    })
    expect(await wrong({ menu: ['taa'] })).toMatchObject({
      code: 'unknown_command',
      message: expect.stringContaining('tea') as unknown,
      report: null,
      obstacles: [],
    })
    expect(await wrong({ menu: true })).toMatchObject({
      message: expect.stringContaining('a list of command names') as unknown,
    })
    expect(await wrong({ scopes: ['groups'] })).toMatchObject({ name: 'OptionsError' })
    expect(await wrong({ dry: true })).toMatchObject({ name: 'OptionsError' })
  })
})
