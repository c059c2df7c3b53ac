import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { memoryStateStore, session, type StateOptions, type StateStore } from '../../src/middleware/index.js'
import { c2c, click, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

interface Chat {
  turns: number
}

/** A store that notes what is asked of it. */
const spyStore = (): StateStore<Chat> & { readonly calls: string[] } => {
  const inner = memoryStateStore<Chat>()
  const calls: string[] = []
  return {
    calls,
    load: async (key) => {
      calls.push(`load ${key}`)
      return inner.load(key)
    },
    save: async (key, value) => {
      calls.push(`save ${key} ${value.turns}`)
      return inner.save(key, value)
    },
    remove: async (key) => {
      calls.push(`remove ${key}`)
      return inner.remove(key)
    },
  }
}

const stageWith = (options: Partial<StateOptions<Chat>> = {}) => {
  const stage = new Stage()
  const chat = session<Chat>({ initial: () => ({ turns: 0 }), ...options })
  stage.handlers.use(chat)
  const say = async (...deliveries: Parameters<typeof stage.intake.deliver>[0][]): Promise<void> => {
    for (const one of deliveries) stage.intake.deliver(one)
    await stage.intake.idle()
  }
  return { stage, chat, say }
}

describe('session', () => {
  it('keeps one state per person and place', async () => {
    const { stage, chat, say } = stageWith()
    const seen: string[] = []
    stage.handlers.on('message', null, (ctx) => seen.push(`${ctx.author.id} ${(chat.of(ctx).turns += 1)}`))
    await say(c2c('a', 'A1'), c2c('b', 'A2'), c2c('c', 'A1'), group('d', 'A1', 'B2'))
    expect(seen.toSorted()).toEqual(['A1 1', 'A1 1', 'A1 2', 'A2 1'])
  })

  it('loads before the handlers, saves after them, and saves only what was looked at', async () => {
    const store = spyStore()
    const { stage, chat, say } = stageWith({ store })
    stage.handlers.hears('count', (ctx) => (chat.of(ctx).turns += 1))
    await say(c2c('count', 'A1'))
    await say(c2c('hello', 'A1'))
    expect(store.calls).toEqual(['load 102000001:c2c:A1', 'save 102000001:c2c:A1 1', 'load 102000001:c2c:A1'])
  })

  it('BT-30 the state of an abandoned handler is not saved, whenever the handler ends', async () => {
    const store = spyStore()
    const stage = new Stage({ handlerTimeout: 1000 })
    const chat = session<Chat>({ initial: () => ({ turns: 0 }), store })
    stage.handlers.use(chat)
    stage.handlers.catch(() => {})
    let release = (): void => {}
    stage.handlers.hears('slow', async (ctx) => {
      chat.of(ctx).turns += 100
      await new Promise<void>((resolve) => {
        release = resolve
      })
      chat.of(ctx).turns += 1
    })
    stage.handlers.hears('count', (ctx) => (chat.of(ctx).turns += 1))
    stage.intake.deliver(c2c('slow', 'A1'))
    await stage.clock.advance(1000)
    // Neither is its half-done state there for the event that comes after it, nor does it go into the store at its end.
    stage.intake.deliver(c2c('count', 'A1'))
    await stage.clock.settle()
    release()
    await stage.clock.settle()
    await stage.intake.idle()
    expect(store.calls.filter((call) => call.startsWith('save'))).toEqual(['save 102000001:c2c:A1 1'])
  })

  it('does not save what a handler changed that throws', async () => {
    const { stage, chat, say } = stageWith()
    stage.handlers.catch(() => {})
    const seen: number[] = []
    stage.handlers.on('message', null, (ctx) => {
      seen.push((chat.of(ctx).turns += 1))
      if (ctx.text === 'break') throw new Error('broken')
    })
    await say(c2c('one', 'A1'), c2c('break', 'A1'), c2c('two', 'A1'))
    expect(seen).toEqual([1, 2, 2])
  })

  it('shares one state among events of a conversation that are handled at once', async () => {
    const store = spyStore()
    const { stage, chat, say } = stageWith({ store })
    let release = (): void => {}
    const stuck = new Promise<void>((resolve) => (release = resolve))
    stage.handlers.on('message', null, async (ctx) => {
      chat.of(ctx).turns += 1
      await stuck
    })
    stage.handlers.on('interaction', null, (ctx) => {
      chat.of(ctx).turns += 10
      release()
    })
    // A click has a lane of its own: both are handled at the same time.
    await say(c2c('hi', 'A1'), click('x'))
    expect(store.calls).toEqual([
      'load 102000001:c2c:A1',
      'save 102000001:c2c:A1 11',
      'save 102000001:c2c:A1 11',
    ])
  })

  it('replaces and clears', async () => {
    const { stage, chat, say } = stageWith()
    const seen: number[] = []
    stage.handlers.on('message', null, async (ctx) => {
      seen.push(chat.of(ctx).turns)
      if (ctx.text === 'set') chat.set(ctx, { turns: 7 })
      if (ctx.text === 'clear') await chat.clear(ctx)
    })
    await say(c2c('set', 'A1'), c2c('clear', 'A1'), c2c('look', 'A1'))
    expect(seen).toEqual([0, 7, 0])
  })

  it('clears a conversation of which no event is handled', async () => {
    const store = spyStore()
    const { stage, chat, say } = stageWith({ store })
    let last: Parameters<typeof chat.clear>[0] | undefined
    stage.handlers.on('message', null, (ctx) => {
      chat.of(ctx).turns = 5
      last = ctx
    })
    await say(c2c('hi', 'A1'))
    if (last) await chat.clear(last)
    expect(store.calls.at(-1)).toBe('remove 102000001:c2c:A1')
  })

  it('says what to do when it was not registered before', async () => {
    const stage = new Stage()
    const chat = session<Chat>({ initial: () => ({ turns: 0 }) })
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push(error))
    stage.handlers.on('message', null, (ctx) => chat.of(ctx))
    stage.intake.deliver(c2c('hi'))
    await stage.intake.idle()
    expect(errors).toEqual([expect.objectContaining({ code: 'no_session' })])
  })

  it('lets a store that fails fail the event, and asks it again next time', async () => {
    const store = spyStore()
    let broken = true
    const { stage, chat, say } = stageWith({
      store: {
        ...store,
        load: async (key) => (broken ? Promise.reject(new Error('down')) : store.load(key)),
      },
    })
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push(error))
    stage.handlers.on('message', null, (ctx) => (chat.of(ctx).turns += 1))
    await say(c2c('a', 'A1'))
    broken = false
    await say(c2c('b', 'A1'))
    expect(errors).toEqual([new Error('down')])
    expect(store.calls).toEqual(['load 102000001:c2c:A1', 'save 102000001:c2c:A1 1'])
  })
})

describe('memoryStateStore', () => {
  it('gives copies, forgets what is old and what was not used for longest', async () => {
    const clock = new ManualClock()
    const store = memoryStateStore<Chat>({ maxEntries: 2, ttl: 1000, clock })
    const value = { turns: 1 }
    await store.save('a', value)
    value.turns = 99
    expect(await store.load('a')).toEqual({ turns: 1 })
    await store.save('b', value)
    await store.load('a')
    await store.save('c', value)
    expect([await store.load('a'), await store.load('b')]).toEqual([{ turns: 1 }, undefined])
    await clock.advance(1000)
    expect(await store.load('a')).toBeUndefined()
  })
})
