import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Context } from '../../src/context/context.js'
import { delivery } from '../support/deliveries.js'
import { realFrames } from '../support/real-frames.js'
import { Stage } from '../support/stage.js'

/** Real frames with something wrong in them: whatever it is, nothing throws, and nothing goes to another place. */

type Path = readonly (string | number)[]
type Frame = (typeof realFrames)[number]

/** Everything that stands in a payload. */
const pathsIn = (value: unknown, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return [path]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [path, ...entries.flatMap(([key, inner]) => pathsIn(inner, [...path, key]))]
}

/** A change of one value; `undefined` takes it out. */
const changed = (payload: unknown, path: Path, to: unknown): unknown => {
  const copy = structuredClone(payload) as Record<string | number, unknown> | null | undefined
  const [last] = path.slice(-1)
  if (last === undefined) return to
  if (typeof copy !== 'object' || copy === null) return copy
  let at: Record<string | number, unknown> = copy
  for (const key of path.slice(0, -1)) {
    const inner = at[key]
    // An earlier change has taken away where this one would be made.
    if (typeof inner !== 'object' || inner === null) return copy
    at = inner as Record<string | number, unknown>
  }
  if (to === undefined) delete at[last]
  else at[last] = to
  return copy
}

const WRONG: readonly unknown[] = [
  undefined,
  null,
  7,
  0,
  -1.5,
  2 ** 57,
  '',
  true,
  {},
  [],
  [null],
  { id: null },
]

/** Whether anything in a click still says where it was made: without it, a person's id is all there is. */
const tellsItsScene = ({ t, target }: Frame, payload: unknown): boolean => {
  if (t !== 'INTERACTION_CREATE' || target?.scene === 'c2c') return true
  const { scene, chat_type: chatType, ...ids } = Object(payload) as Record<string, unknown>
  if (target?.scene !== 'group') return scene === 'guild' || ids['user_openid'] === undefined
  return scene === 'group' || chatType === 1 || typeof ids['group_member_openid'] === 'string'
}

const isId = (path: Path): boolean => /^id$|_id$|openid$/.test(String(path.at(-1)))

/** What becomes of a payload under a name: the context that handlers get, where answers go, and what is recorded. */
const handle = async (t: string, d: unknown, id?: unknown) => {
  const stage = new Stage()
  let seen: Context | undefined
  stage.handlers.catch((error) =>
    expect(error).toMatchObject({ code: expect.stringMatching(/^no/) as string }),
  )
  stage.handlers.on('raw', null, async (ctx) => {
    seen = ctx
    await ctx.reply('re')
  })
  const event = delivery(t, d)
  if (id !== undefined) Object.assign(event.frame, { id })
  stage.intake.deliver(event)
  await stage.intake.idle()
  expect(event.outcomes).toHaveLength(1)
  const unreadable = stage.records.filter(({ event }) => event === 'bot.unreadable_event')
  return { ctx: seen as Context, targets: stage.sent.map(({ target }) => target), unreadable }
}

const check = async ({ t, target }: Frame, d: unknown) => {
  const { ctx, targets } = await handle(t, d)
  expect([null, target]).toContainEqual(ctx.target)
  for (const place of targets) expect(place).toEqual(target)
  return ctx
}

describe('BT-16 a frame in an odd shape', () => {
  it('is what it is where nothing is wrong', async () => {
    for (const frame of realFrames) expect((await check(frame, frame.d)).target).toEqual(frame.target)
  })

  it.each(realFrames.map((frame, n) => [`${frame.t} ${n}`, frame] as const))(
    'never throws and never goes elsewhere: %s with each field wrong in each way',
    async (_name, frame) => {
      for (const path of pathsIn(frame.d))
        for (const wrong of WRONG) await check(frame, changed(frame.d, path, wrong))
    },
  )

  it.each([
    ['of a group', 'group', ['group_openid', 'group_member_openid']],
    [
      'of a group, which only its chat_type still tells',
      'group',
      ['group_openid', 'group_member_openid', 'scene'],
    ],
    ['of a guild', 'channel', ['channel_id']],
  ] as const)('never takes the person for the place of a click: %s', async (_name, scene, gone) => {
    const frame = realFrames.find(({ t, target }) => t === 'INTERACTION_CREATE' && target?.scene === scene)
    expect(frame).toBeDefined()
    if (!frame) return
    let payload: unknown = { ...(frame.d as object), user_openid: 'A1' }
    for (const key of gone) payload = changed(payload, [key], undefined)
    expect((await check(frame, payload)).target).toBeNull()
  })

  it('never throws and never goes elsewhere: several things wrong at once', async () => {
    const wrong = fc.constantFrom(...realFrames).chain((frame) =>
      fc.record({
        frame: fc.constant(frame),
        changes: fc.array(fc.tuple(fc.constantFrom(...pathsIn(frame.d)), fc.constantFrom(...WRONG)), {
          minLength: 2,
          maxLength: 6,
        }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(wrong, async ({ frame, changes }) => {
        let payload: unknown = frame.d
        for (const [path, to] of changes) payload = changed(payload, path, to)
        fc.pre(tellsItsScene(frame, payload))
        await check(frame, payload)
      }),
      { numRuns: 500 },
    )
  })

  it.each(realFrames.filter(({ t }) => t.startsWith('GROUP_')).map((frame) => [frame.t, frame] as const))(
    'is an unknown event when it is %s without its group, never routed to who caused it',
    async (t, { d }) => {
      const { group_openid: _o, group_id: _i, ...rest } = d
      for (const nowhere of [rest, { ...rest, group_openid: null }, { ...rest, group_openid: '' }]) {
        const { ctx, targets, unreadable } = await handle(t, nowhere)
        expect([ctx.event, ctx.target, targets, unreadable.length]).toEqual(['unknown', null, [], 1])
      }
    },
  )

  it('is a click without a place when it is of a group that is not named, never routed to who clicked', async () => {
    const { t, d } = realFrames.find(({ d }) => d['group_member_openid'] === 'C3') as Frame
    const { ctx, targets, unreadable } = await handle(t, { ...d, group_openid: undefined, user_openid: 'A1' })
    expect([ctx.event, ctx.target, targets, unreadable]).toEqual(['interaction', null, [], []])
  })

  it('is handled where an answer is still possible: empty or no content, author with an id only, bare mention and quote', async () => {
    const frame = realFrames.find(({ t }) => t === 'GROUP_AT_MESSAGE_CREATE') as Frame
    const shapes = [
      { content: '' },
      { content: undefined },
      { content: null },
      { content: ' ' },
      { author: { id: 'C3' } },
      { author: undefined },
      { mentions: [{ avatar: 'x', bot: true, username: 'tst-bot' }] },
      { msg_elements: [{ content: '=== 1 ===\nsecond' }] },
      { msg_elements: undefined },
      { message_scene: { source: 'default' } },
      { message_type: 2 },
      { message_type: 999 },
    ]
    for (const shape of shapes) {
      const { ctx, targets } = await handle(frame.t, { ...frame.d, ...shape })
      expect([ctx.event, ctx.target, targets]).toEqual(['message', frame.target, [frame.target]])
    }
  })
})

describe('BT-19 an id that came as a number', () => {
  it.each(realFrames.map((frame, n) => [`${frame.t} ${n}`, frame] as const))(
    'makes an unknown event of %s with a record, whichever id it is and however small',
    async (_name, { t, d }) => {
      const ids = pathsIn(d).filter(isId)
      for (const path of ids)
        for (const number of [7, 0, 144_115_218_760_174_240]) {
          const { ctx, targets, unreadable } = await handle(t, changed(d, path, number))
          expect([path, ctx.event, ctx.target, targets]).toEqual([path, 'unknown', null, []])
          expect(unreadable).toMatchObject([
            { level: 'warn', name: t, why: expect.stringContaining(path.join('.')) as string },
          ])
        }
    },
  )

  it('does so where it is the id of the frame itself', async () => {
    for (const { t, d } of realFrames) {
      const { ctx, targets, unreadable } = await handle(t, d, 144_115_218_760_174_240)
      expect([ctx.event, ctx.id, ctx.target, targets]).toEqual(['unknown', null, null, []])
      expect(unreadable).toMatchObject([{ why: expect.stringMatching(/^id is a number/) as string }])
    }
  })

  it('leaves alone what is a number by the docs, and other numbers', async () => {
    const { t, d } = realFrames.find(({ t }) => t === 'C2C_MESSAGE_CREATE') as Frame
    const { ctx } = await handle(t, { ...d, ark: { template_id: 23, kv: [] }, seq: 7, width: 8 })
    expect(ctx.event).toBe('message')
  })

  it('is not looked for without end', async () => {
    let deep: object = { id: 7 }
    for (let n = 0; n < 100_000; n += 1) deep = { deep }
    const { t, d } = realFrames.find(({ t }) => t === 'C2C_MESSAGE_CREATE') as Frame
    expect((await handle(t, { ...d, deep })).ctx.event).toBe('message')
  })
})
