/** Several dialogues with one person at once. */
import { systemClock } from '@qqkit/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Dialogue, dialogue, type DialogueState } from '../../src/asking/index.js'
import { Composer } from '../../src/composer/index.js'
import { memoryStateStore, type StateStore } from '../../src/middleware/index.js'
import { c2c, type TestDelivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const tell = async (stage: Stage, ...events: readonly TestDelivery[]): Promise<void> => {
  for (const event of events) {
    stage.intake.deliver(event)
    await stage.clock.advance(0)
  }
}

/** A bot with several dialogues, each begun by a command of its name; they are registered in the order given. */
const several = (...made: readonly (readonly [name: string, dialogue: Dialogue])[]): Stage => {
  const stage = new Stage()
  for (const [, one] of made) stage.handlers.feature(one)
  stage.handlers.command({ name: 'both' }, async (ctx) => {
    for (const [, one] of made.toReversed()) await one.begin(ctx)
  })
  for (const [name, one] of made) stage.handlers.command({ name }, async (ctx) => one.begin(ctx))
  stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
  return stage
}

const asks = (name: string, store: StateStore<DialogueState>): Dialogue =>
  dialogue(name, { store })
    .ask('a', `${name} A?`)
    .ask('b', `${name} B?`)
    .end(async (ctx, { a, b }) => ctx.reply(`${name}: ${a} ${b}`))

describe('AS-12 several dialogues with one person', () => {
  it.each(['first', 'second'])(
    'are answered from the one that asked last, also where it was registered %s',
    async (position) => {
      const older = ['older', asks('older', memoryStateStore())] as const
      const newer = ['newer', asks('newer', memoryStateStore())] as const
      const stage = several(...(position === 'first' ? [newer, older] : [older, newer]))
      await tell(stage, c2c('/older'), c2c('1'), c2c('/newer'), c2c('2'), c2c('3'), c2c('4'), c2c('5'))
      expect(stage.texts).toEqual([
        'older A?',
        'older B?',
        'newer A?',
        'newer B?',
        'newer: 2 3',
        'older: 1 4',
        'chat: 5',
      ])
    },
  )

  it('what the newest does not take answers the one before; a word that cancels ends the newest alone', async () => {
    const store = memoryStateStore<DialogueState>()
    const sure = dialogue('sure', { store, cancel: ['bye'] })
      .choose('yes', 'Sure?', ['yes', 'no'])
      .end(async (ctx, { yes }) => ctx.reply(yes))
    const stage = several(['older', asks('older', store)], ['sure', sure])
    for (const text of ['/older', '/sure', 'bye', '/sure', 'no', '/sure', 'one', '2', 'yes'])
      await tell(stage, c2c(text))
    const texts = stage.texts.filter((text) => typeof text === 'string')
    expect(texts).toEqual(['older A?', '已取消。', 'no', 'older B?', 'older: one 2', 'yes'])
  })

  it('property: are answered like a pile whose last question lies on top', async () => {
    const names = ['x', 'y', 'z'] as const
    const act = fc.oneof(fc.constantFrom(...names), fc.constant(null))
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 12 }),
        fc.shuffledSubarray([...names], { minLength: 3 }),
        async (acts, order) => {
          const store = memoryStateStore<DialogueState>()
          const stage = several(...order.map((name) => [name, asks(name, store)] as const))
          const expected: string[] = []
          let pile: { readonly name: string; readonly given: readonly string[] }[] = []
          for (const [index, name] of acts.entries()) {
            await tell(stage, c2c(name === null ? `w${index}` : `/${name}`))
            const top = name === null ? pile.at(-1) : { name, given: [] }
            if (!top) expected.push(`chat: w${index}`)
            else {
              const given = name === null ? [...top.given, `w${index}`] : []
              pile = pile.filter((one) => one.name !== top.name)
              if (given.length < 2) pile.push({ name: top.name, given })
              expected.push(
                [`${top.name} A?`, `${top.name} B?`, `${top.name}: ${given.join(' ')}`][given.length]!,
              )
            }
          }
          expect(stage.texts).toEqual(expected)
        },
      ),
      { numRuns: Number(process.env.MODEL_RUNS ?? 100) },
    )
  })

  it('that one handler begins are answered in turn, in every life, however wrong the clocks are', async () => {
    const store = memoryStateStore<DialogueState>()
    const walls = [1_000_000, 5_000, 1_000_000, 5_000, 5_000]
    const texts: unknown[] = []
    const lifeAt = (wall: number): Stage => {
      const clock = { ...systemClock, wall: () => wall }
      const [one, other] = ['one', 'other'].map((name) =>
        dialogue(name, { store, clock })
          .ask('a', `${name}?`)
          .end(async (ctx, { a }) => ctx.reply(`${name}: ${a}`)),
      ) as [Dialogue, Dialogue]
      return several(['one', one], ['other', other])
    }
    for (const [index, event] of [c2c('/both'), c2c('1'), c2c('/one'), c2c('2'), c2c('3')].entries()) {
      const stage = lifeAt(walls[index]!)
      await tell(stage, event)
      texts.push(...stage.texts)
    }
    expect(texts).toEqual(['other?', 'one?', 'one: 1', 'one?', 'one: 2', 'other: 3'])
  })

  it('one that is removed, or that its composer keeps from a message, takes none from the others', async () => {
    for (const kept of ['removed', 'filtered']) {
      const store = memoryStateStore<DialogueState>()
      const older = asks('older', store)
      const newer = asks('newer', store)
      const stage = new Stage()
      stage.handlers.feature(older)
      const isOpen = { now: true }
      const group = new Composer()
      group.filter(() => isOpen.now).use(newer)
      if (kept === 'filtered') stage.handlers.feature(group)
      else for (const one of newer.registrations()) stage.handlers.add({ ...one, handles: [newer] })
      stage.handlers.command({ name: 'both' }, async (ctx) => {
        await older.begin(ctx)
        await newer.begin(ctx)
      })
      await tell(stage, c2c('/both'))
      if (kept === 'removed') stage.handlers.remove(newer)
      isOpen.now = false
      await tell(stage, c2c('1'), c2c('2'))
      expect(stage.texts, kept).toEqual(['older A?', 'newer A?', 'older B?', 'older: 1 2'])
    }
  })
})
