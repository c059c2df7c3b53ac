/** Who may answer, what an answer passes, and what happens meanwhile. */
import { RestError } from '@qqkit/rest'
import { describe, expect, it } from 'vitest'

import {
  AskError,
  type Asking,
  asking,
  type AskingOptions,
  type OpenAskOptions,
} from '../../src/asking/index.js'
import { isWordOf } from '../../src/asking/choices.js'
import { Composer } from '../../src/composer/index.js'
import type { InteractionContext } from '../../src/context/interaction-context.js'
import type { MessageContext } from '../../src/context/message-context.js'
import { history, mentionOnly, throttle } from '../../src/middleware/index.js'
import { c2c, channel, click, delivery, group } from '../support/deliveries.js'
import { Stage, type SentMessage } from '../support/stage.js'

type AskingContext = MessageContext & Asking

/** A stage whose command `/ask` asks once and says who answered what; other messages are said again. */
const askingStage = (
  options: OpenAskOptions = {},
  {
    stage = new Stage(),
    before = () => {},
    ...asked
  }: AskingOptions & { readonly stage?: Stage; readonly before?: (stage: Stage) => void } = {},
): Stage => {
  before(stage)
  stage.handlers.feature(asking(asked))
  stage.handlers.command({ name: 'ask' }, async (ctx) => {
    const answer = await (ctx as AskingContext).ask('Which city?', options)
    await answer.reply(`${answer.author.id}: ${answer.text}`)
  })
  stage.handlers.command({ name: 'delete' }, async (ctx) => {
    const answer = await (ctx as AskingContext).choose('Delete?', ['yes', 'no'], options)
    await answer.reply(`${answer.event}: ${answer.choice}`)
  })
  stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
  return stage
}

/** Delivers events, each when the one before has settled. */
const tell = async (stage: Stage, ...events: readonly ReturnType<typeof c2c>[]): Promise<void> => {
  for (const event of events) {
    stage.intake.deliver(event)
    await stage.clock.advance(0)
  }
}

const buttonsOf = ({ message }: SentMessage): readonly string[] =>
  typeof message === 'string'
    ? []
    : (message.keyboard?.content?.rows ?? []).flatMap(({ buttons }) =>
        buttons.map(({ action }) => action.data ?? ''),
      )

describe('AS-03 who may answer', () => {
  it('is the person of the event, in its place', async () => {
    const stage = askingStage()
    await tell(
      stage,
      group('/ask', 'ann', 'G1'),
      group('A', 'bob', 'G1'),
      group('B', 'ann', 'G2'),
      c2c('C', 'ann'),
    )
    expect(stage.texts).toEqual(['Which city?', 'chat: A', 'chat: B', 'chat: C'])
    await tell(stage, group('D', 'ann', 'G1'))
    expect(stage.texts.at(-1)).toBe('ann: D')
  })

  it('is anyone, a list, or whom a function accepts', async () => {
    const anyone = askingStage({ from: 'anyone' })
    await tell(anyone, group('/ask', 'ann', 'G1'), group('A', 'bob', 'G1'))
    const listed = askingStage({ from: ['bob', 'cat'] })
    await tell(listed, group('/ask', 'ann', 'G1'), group('A', 'ann', 'G1'), group('B', 'cat', 'G1'))
    const chosen = askingStage({ from: (ctx) => ctx.event === 'message' && ctx.author.name === 'ann' })
    await tell(chosen, group('/ask', 'ann', 'G1'), group('A', 'dan', 'G1'))
    expect([anyone, listed, chosen].map(({ texts }) => texts)).toEqual([
      ['Which city?', 'bob: A'],
      ['Which city?', 'chat: A', 'cat: B'],
      ['Which city?', 'dan: A'],
    ])
  })

  it('tells others who click that they may not, and those who click twice', async () => {
    const stage = askingStage()
    const inGroup = (data: string, who: string) => {
      const made = click(data)
      const d = made.frame.d as object
      return delivery('INTERACTION_CREATE', {
        ...d,
        scene: 'group',
        chat_type: 1,
        group_openid: 'G1',
        group_member_openid: who,
      })
    }
    await tell(stage, group('/delete', 'ann', 'G1'))
    const [yes = ''] = buttonsOf(stage.sent[0]!)
    await tell(stage, inGroup(yes, 'bob'))
    stage.intake.deliver(inGroup(yes, 'ann'))
    stage.intake.deliver(inGroup(yes, 'ann'))
    await stage.clock.advance(0)
    await tell(stage, inGroup(yes, 'ann'))
    expect(stage.acks.map(({ code }) => code)).toEqual([4, 0, 3, 0])
    expect(stage.texts.slice(1)).toEqual(['interaction: yes', '这个问题已经结束。'])
  })

  it('is nobody where the event has no place or no person', async () => {
    const stage = new Stage()
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push((error as AskError).code))
    stage.handlers.feature(asking())
    const ask = async (ctx: unknown): Promise<unknown> => (ctx as Asking).ask('Who?')
    stage.handlers.on('GUILD_CREATE', null, ask)
    stage.handlers.on('GROUP_ADD_ROBOT', null, ask)
    await tell(stage, delivery('GUILD_CREATE', {}), delivery('GROUP_ADD_ROBOT', { group_openid: 'G1' }))
    expect(errors).toEqual(['nobody_to_ask', 'nobody_to_ask'])
  })
})

describe('AS-04 an answer', () => {
  it('passes the middleware before asking(): what they drop leaves the question open', async () => {
    const recent = history()
    const lines: string[][] = []
    const stage = askingStage(
      {},
      {
        before: ({ handlers, clock }) => {
          handlers.use(recent)
          handlers.use(async (ctx, next) => {
            await next()
            lines.push(recent.of(ctx).map(({ text }) => text))
          })
          handlers.use(throttle({ limit: 2, window: 1000, clock }))
        },
      },
    )
    await tell(stage, c2c('/ask'), c2c('/ask'), c2c('dropped'))
    expect(stage.texts).toEqual(['Which city?', 'Which city?'])
    await stage.clock.advance(1000)
    await tell(stage, c2c('Beijing'))
    expect(stage.texts.at(-1)).toBe('A1: Beijing')
    await stage.clock.advance(1000)
    await tell(stage, c2c('Shanghai'))
    expect(stage.texts.at(-1)).toBe('A1: Shanghai')
    expect(lines.at(-1)).toContain('dropped')
  })

  it('may be unaddressed where the bot gets all messages, unless mentionOnly stands before', async () => {
    const message = (content: string) =>
      delivery('GROUP_MESSAGE_CREATE', { ...(group(content, 'ann', 'G1').frame.d as object), mentions: [] })
    const open = askingStage()
    await tell(open, group('/ask', 'ann', 'G1'), message('A'))
    const gated = askingStage({}, { before: ({ handlers }) => handlers.use(mentionOnly()) })
    const plain = message('B')
    const { d } = plain.frame
    await tell(gated, group('/ask', 'ann', 'G1'), plain, delivery('GROUP_AT_MESSAGE_CREATE', d))
    expect([open.texts, gated.texts]).toEqual([
      ['Which city?', 'ann: A'],
      ['Which city?', 'ann: B'],
    ])
  })

  it('is seen by watching handlers, and by no other handler', async () => {
    const seen: string[] = []
    const stage = askingStage(
      {},
      {
        before: ({ handlers }) => {
          handlers.on(
            'message',
            (ctx) => ctx.text === 'Beijing',
            () => void seen.push('earlier handler'),
          )
        },
      },
    )
    stage.handlers.on('raw', null, (ctx) => void (ctx.event === 'message' && seen.push(`raw ${ctx.text}`)))
    await tell(stage, c2c('/ask'), c2c('Beijing'))
    expect(stage.texts).toEqual(['Which city?', 'A1: Beijing'])
    expect(seen).toEqual(['raw Beijing'])
  })

  it('is what accept says; other messages go their ordinary way', async () => {
    const stage = askingStage({ accept: (ctx) => /^\d+$/.test(ctx.text) })
    await tell(stage, c2c('/ask'), c2c('many'), c2c('3'))
    expect(stage.texts).toEqual(['Which city?', 'chat: many', 'A1: 3'])
  })

  it('is an ordinary message where asking() was removed, or its composer refuses it', async () => {
    const removed = new Stage()
    const feature = asking({ timeout: 1000 })
    const [first, second] = feature.registrations()
    for (const one of [first!, second!]) removed.handlers.add({ ...one, handles: [feature] })
    const filtered = new Stage()
    const commands = new Composer()
    commands
      .filter((ctx) => ctx.event !== 'message' || ctx.text.startsWith('/'))
      .use(asking({ timeout: 1000 }))
    filtered.handlers.feature(commands)
    const texts: unknown[] = []
    for (const stage of [removed, filtered]) {
      stage.handlers.on('raw', null, (ctx) => void (ctx.event === 'message' && texts.push(ctx.text)))
      stage.handlers.command({ name: 'ask' }, async (ctx) => {
        await (ctx as AskingContext).ask('Which city?')
      })
      stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
      await tell(stage, c2c('/ask'))
      if (stage === removed) stage.handlers.remove(feature)
      await tell(stage, c2c('A'))
      expect(stage.texts).toEqual(['Which city?', 'chat: A'])
    }
    expect(texts).toEqual(['/ask', 'A', '/ask', 'A'])
  })

  it('may come while the question is being sent', async () => {
    const stage = askingStage()
    let fail = (): void => {}
    stage.onSend = async () => {
      if (stage.sent.length > 1) return { kind: 'sent', mode: 'passive' } as never
      return new Promise((_, reject) => (fail = () => reject(new Error('no answer'))))
    }
    await tell(stage, c2c('/ask'), c2c('Beijing'))
    expect(stage.texts).toEqual(['Which city?', 'A1: Beijing'])
    fail()
    await stage.clock.advance(0)
    await stage.intake.idle()
  })

  it('is dropped by a full queue, and the next one counts', async () => {
    const stage = askingStage(
      {},
      {
        stage: new Stage({ limits: { concurrency: 1, waiting: 1, onFull: () => 'drop-newest' } }),
        before: ({ handlers, clock }) =>
          handlers.on(
            'message',
            (ctx) => ctx.text === 'slow',
            async () => {
              await new Promise<void>((resolve) => void clock.setTimer(100, resolve))
            },
          ),
      },
    )
    await tell(stage, c2c('/ask', 'ann'), c2c('slow', 'bob'), c2c('slow', 'cat'))
    const lost = c2c('lost', 'ann')
    await tell(stage, lost)
    expect(lost.outcomes).toEqual(['abandoned'])
    await stage.clock.advance(200)
    await tell(stage, c2c('Beijing', 'ann'))
    expect(stage.texts.at(-1)).toBe('ann: Beijing')
  })

  it('that is given up in middleware leaves the question open', async () => {
    const stage = askingStage(
      {},
      {
        stage: new Stage({ handlerTimeout: 1000 }),
        before: ({ handlers }) =>
          handlers.use(async (ctx, next) => {
            if (ctx.event !== 'message' || ctx.text !== 'slow') return next()
            return new Promise(() => {})
          }),
      },
    )
    stage.handlers.catch(() => {})
    const asked = c2c('/ask')
    const slow = c2c('slow')
    await tell(stage, asked, slow)
    await stage.clock.advance(2000)
    expect([asked.outcomes, slow.outcomes]).toEqual([[], ['abandoned']])
    await tell(stage, c2c('Beijing'))
    expect(stage.texts).toEqual(['Which city?', 'A1: Beijing'])
    expect(asked.outcomes).toEqual(['done'])
  })

  it('has the time of a handler for the middleware around it, after the asking handler too', async () => {
    const stage = askingStage(
      {},
      {
        stage: new Stage({ handlerTimeout: 1000 }),
        before: ({ handlers }) =>
          handlers.use(async (ctx, next) => {
            await next()
            if (ctx.event === 'message' && ctx.text === 'slow') await new Promise(() => {})
          }),
      },
    )
    const errors: unknown[] = []
    stage.handlers.catch((error) => void errors.push((error as AskError).code))
    const asked = c2c('/ask')
    const slow = c2c('slow')
    await tell(stage, asked, slow)
    expect([asked.outcomes, slow.outcomes]).toEqual([['done'], []])
    await stage.clock.advance(2000)
    expect([slow.outcomes, errors]).toEqual([['abandoned'], ['handler_timeout']])
    expect(stage.clock.pending).toBe(0)
  })

  it('that another process got while it waited leaves the question open', async () => {
    const slow = new Stage({ limits: { concurrency: 1, waiting: 10, onFull: () => 'drop-oldest' } })
    askingStage(
      {},
      {
        stage: slow,
        before: ({ handlers, clock }) =>
          handlers.on(
            'message',
            (ctx) => ctx.text === 'slow',
            async () => {
              await new Promise<void>((resolve) => void clock.setTimer(100, resolve))
            },
          ),
      },
    )
    const lost = new AbortController()
    const lease = { signal: lost.signal, valid: () => !lost.signal.aborted }
    await tell(slow, c2c('/ask'), c2c('slow', 'bob'), { ...c2c('lost'), lease })
    lost.abort(new Error('lost'))
    await slow.clock.advance(100)
    await tell(slow, c2c('Beijing'))
    expect(slow.texts).toEqual(['Which city?', 'A1: Beijing'])
    expect(slow.clock.pending).toBe(0)
  })

  it('fails with the function that judges it', async () => {
    const stage = askingStage({
      accept: () => {
        throw new RangeError('bang')
      },
    })
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push(String(error)))
    await tell(stage, c2c('/ask'), c2c('Beijing'))
    expect(errors).toEqual(['RangeError: bang'])
    expect(stage.texts).toEqual(['Which city?', 'chat: Beijing'])
  })
})

describe('AS-05 while a question is open', () => {
  it('a recall of the message that led to it, or of any other, changes nothing', async () => {
    const places: unknown[] = []
    const stage = askingStage({ cancel: 'no' })
    stage.handlers.on('PUBLIC_MESSAGE_DELETE', null, (ctx) => void places.push(ctx.target))
    const recalled = (id: string): ReturnType<typeof c2c> =>
      delivery('PUBLIC_MESSAGE_DELETE', {
        message: { id, guild_id: '1800000000000000001', channel_id: '200001', author: { id: '1234' } },
        op_user: { id: '1234' },
      })
    const events = [channel('/ask', 'm1'), recalled('m1'), recalled('other'), channel('Beijing', 'm2')]
    await tell(stage, ...events)
    expect(stage.texts).toEqual(['Which city?', '1234: Beijing'])
    expect(events.map(({ outcomes }) => outcomes)).toEqual(Array.from({ length: 4 }, () => ['done']))
    expect(places).toEqual(Array.from({ length: 2 }, () => ({ scene: 'channel', id: '200001' })))
  })

  it.each([
    { places: 2, codes: [], outcomes: ['done'] },
    // Its place is the only one: the answer has none until its time is up.
    { places: 1, codes: ['handler_timeout'], outcomes: ['abandoned'] },
  ])(
    'a handler that asks with the context of another event keeps its own place and time, of $places',
    async ({ places, codes, outcomes }) => {
      const limits = { concurrency: places, waiting: 10, onFull: () => 'drop-oldest' as const }
      const stage = new Stage({ limits })
      const errors: unknown[] = []
      let kept: AskingContext | null = null
      stage.handlers.catch((error) => errors.push((error as { readonly code: string }).code))
      stage.handlers.feature(asking())
      stage.handlers.command({ name: 'first' }, async (ctx) => {
        kept = ctx as AskingContext
        await kept.ask('First?')
      })
      stage.handlers.command({ name: 'second' }, async (ctx) => {
        const answer = await kept!.ask('Second?')
        await ctx.reply(`second: ${answer.text}`)
      })
      const second = c2c('/second', 'bob')
      await tell(stage, c2c('/first', 'ann'), second, c2c('yes', 'ann'))
      await stage.clock.advance(60_000)
      await tell(stage, c2c('no', 'ann'))
      await stage.intake.idle()
      expect([errors, second.outcomes, stage.clock.pending]).toEqual([codes, outcomes, 0])
    },
  )

  it('its source knows that nothing has to wait for it, and may fail to listen', async () => {
    const stage = askingStage()
    const waiting: string[] = []
    const asked = (text: string, who: string, markWaiting: () => void) =>
      Object.assign(c2c(text, who), { markWaiting })
    const fails = (): never => {
      throw new Error('bang')
    }
    await tell(
      stage,
      asked('hi', 'ann', () => void waiting.push('hi')),
      asked('/ask', 'bob', () => void waiting.push('/ask')),
      asked('/ask', 'cat', fails),
      asked('Rome', 'bob', () => void waiting.push('Rome')),
      c2c('Oslo', 'cat'),
    )
    // The run of an answer gives its place to the handler that asked, and waits for its end.
    expect(waiting).toEqual(['/ask', 'Rome'])
    expect(stage.texts.slice(-2)).toEqual(['bob: Rome', 'cat: Oslo'])
  })

  it('its conversation goes on, it takes no place, and its handler does not run out of time', async () => {
    const stage = askingStage(
      { timeout: 600_000 },
      {
        stage: new Stage({
          limits: { concurrency: 1, waiting: 10, onFull: () => 'drop-oldest' },
          handlerTimeout: 1000,
        }),
      },
    )
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push(error))
    const asked = c2c('/ask')
    await tell(stage, asked, group('hi', 'bob'), channel('hello'), c2c('/ask'))
    await stage.clock.advance(500_000)
    expect(stage.intake.size).toEqual({ running: 0, waiting: 0 })
    expect(asked.outcomes).toEqual([])
    const answered = c2c('Beijing')
    await tell(stage, answered, c2c('Shanghai'))
    expect(stage.texts.slice(-2)).toEqual(['A1: Beijing', 'A1: Shanghai'])
    expect([asked.outcomes, answered.outcomes, errors]).toEqual([['done'], ['done'], []])
    expect(stage.clock.pending).toBe(0)
  })

  it('time counts again for the handler after the answer, and its end is that of the answer', async () => {
    const stage = new Stage({ handlerTimeout: 1000 })
    const signals: boolean[] = []
    stage.handlers.catch(() => {})
    stage.handlers.feature(asking())
    stage.handlers.command({ name: 'ask' }, async (ctx) => {
      const answer = await (ctx as AskingContext).ask('Which city?')
      await new Promise((resolve) => answer.signal.addEventListener('abort', resolve))
      signals.push(answer.signal.aborted, ctx.signal.aborted)
      await new Promise(() => {})
    })
    const asked = c2c('/ask')
    const answer = c2c('Beijing')
    await tell(stage, asked)
    await stage.clock.advance(5000)
    await tell(stage, answer)
    await stage.clock.advance(3000)
    expect(signals).toEqual([true, true])
    expect(asked.outcomes).toEqual(['abandoned'])
    expect(answer.outcomes).toEqual(['done'])
    expect(stage.clock.pending).toBe(0)
  })

  it('a command goes its ordinary way: the question stays open, or is cancelled and its handler ends first', async () => {
    const kept = askingStage()
    const cancelled = askingStage({ interrupt: 'cancel' })
    for (const stage of [kept, cancelled]) {
      stage.handlers.command({ name: 'ping' }, (ctx) => ctx.reply('pong'))
      await tell(stage, c2c('/ask'), c2c('/ping'), c2c('Beijing'))
    }
    // The command of the stage was registered after the handler of all messages.
    expect(kept.texts).toEqual(['Which city?', 'chat: /ping', 'A1: Beijing'])
    expect(cancelled.texts).toEqual(['Which city?', 'chat: /ping', 'chat: Beijing'])
  })

  it('an answer passes what runs in its conversation, a click too', async () => {
    const stage = askingStage(
      {},
      {
        before: ({ handlers, clock }) =>
          handlers.command({ name: 'slow' }, async (ctx) => {
            await new Promise<void>((resolve) => void clock.setTimer(1000, resolve))
            await ctx.reply('slow')
          }),
      },
    )
    await tell(stage, c2c('/ask'), c2c('/delete'), c2c('/slow'))
    await tell(stage, click(buttonsOf(stage.sent[1]!)[0] ?? ''), c2c('Beijing'), c2c('and now?'))
    expect(stage.texts.slice(2)).toEqual(['interaction: yes', 'A1: Beijing'])
    await stage.clock.advance(1000)
    expect(stage.texts.slice(4)).toEqual(['slow', 'chat: and now?'])
  })

  it('the newest question of a person is answered first; those that a handler asks at once in their order', async () => {
    const stage = askingStage()
    const both = new Stage()
    both.handlers.feature(asking())
    both.handlers.command({ name: 'both' }, async (ctx) => {
      const one = ctx as AskingContext
      const [first, second] = await Promise.all([one.ask('First?'), one.ask('Second?')])
      await ctx.reply(`${first.text} ${second.text}`)
    })
    await tell(stage, c2c('/ask'), c2c('/delete'), c2c('yes'), c2c('Beijing'))
    expect(stage.texts.slice(2)).toEqual(['message: yes', 'A1: Beijing'])
    await tell(both, c2c('/both'), c2c('A'), c2c('B'))
    expect(both.texts).toEqual(['First?', 'Second?', 'A B'])
    const later = new Stage()
    later.handlers.feature(asking())
    later.handlers.command({ name: 'later' }, async (ctx) => {
      const one = ctx as AskingContext
      const first = one.ask('First?')
      await new Promise<void>((resolve) => void later.clock.setTimer(10, resolve))
      const second = await one.ask('Second?')
      await ctx.reply(`${second.text}, then ${(await first).text}`)
    })
    await tell(later, c2c('/later'))
    await later.clock.advance(10)
    await tell(later, c2c('B'), c2c('A'))
    expect(later.texts).toEqual(['First?', 'Second?', 'B, then A'])
    expect([both.clock.pending, later.clock.pending]).toEqual([0, 0])
  })
})

describe('AS-06 a question without an answer', () => {
  it('is cancelled when its handler fails: the error is reported at once and alone, and the next word is no answer', async () => {
    const stage = new Stage()
    const errors: unknown[] = []
    const cancelled: unknown[] = []
    stage.handlers.catch((error) => errors.push(String(error)))
    stage.handlers.feature(asking())
    stage.handlers.command({ name: 'forget' }, async (ctx) => {
      void (ctx as AskingContext).ask('Which city?')
      throw new RangeError('bang')
    })
    stage.handlers.command({ name: 'both' }, async (ctx) => {
      const city = (ctx as AskingContext).ask('Which city?')
      city.catch((error: unknown) => cancelled.push((error as AskError).by))
      await Promise.all([city, Promise.reject(new RangeError('boom'))])
    })
    stage.handlers.on('message', null, (ctx) => ctx.reply(`chat: ${ctx.text}`))
    const asked = [c2c('/forget'), c2c('/both')]
    await tell(stage, asked[0]!, c2c('hello'), asked[1]!, c2c('hi'))
    expect(stage.texts).toEqual(['Which city?', 'chat: hello', 'Which city?', 'chat: hi'])
    expect([errors, cancelled]).toEqual([['RangeError: bang', 'RangeError: boom'], ['failure']])
    expect(asked.map(({ outcomes }) => outcomes)).toEqual([['failed'], ['failed']])
    expect(stage.clock.pending).toBe(0)
  })

  const failing = async (options: OpenAskOptions, texts?: AskingOptions['texts']) => {
    const stage = new Stage()
    const errors: (string | null)[][] = []
    const uncaught: string[] = []
    stage.handlers.catch((error) => uncaught.push((error as AskError).code))
    stage.handlers.feature(asking({ texts: texts ?? {} }))
    stage.handlers.command({ name: 'ask' }, async (ctx) => {
      try {
        await (ctx as AskingContext).ask('Which city?', options)
      } catch (error) {
        if (AskError.is(error)) errors.push([error.code, error.by])
        throw error
      }
    })
    const asked = c2c('/ask')
    await tell(stage, asked)
    return { stage, errors, uncaught, asked }
  }

  it('has timed out: the person is told, the event is done, nothing is logged', async () => {
    const { stage, errors, uncaught, asked } = await failing({ timeout: 1000 })
    await stage.clock.advance(1000)
    expect(errors).toEqual([['question_timed_out', null]])
    expect(stage.texts).toEqual(['Which city?', '等待回答超时，已取消。'])
    expect([uncaught, asked.outcomes, stage.records]).toEqual([[], ['done'], []])
  })

  it('was cancelled by a signal or a word; texts are replaced, or left out', async () => {
    const abort = new AbortController()
    const bySignal = await failing({ signal: abort.signal }, { cancelled: null })
    abort.abort()
    await bySignal.stage.clock.advance(0)
    const byWord = await failing({ cancel: ['stop', 'never mind'] }, { cancelled: 'As you like.' })
    // As people take words: whatever the case and the width.
    await tell(byWord.stage, c2c('Ｎever Mind'))
    expect([bySignal.errors, byWord.errors]).toEqual([
      [['question_cancelled', 'signal']],
      [['question_cancelled', 'word']],
    ])
    expect([bySignal.stage.texts, byWord.stage.texts]).toEqual([
      ['Which city?'],
      ['Which city?', 'As you like.'],
    ])
    expect([bySignal.stage.clock.pending, byWord.stage.clock.pending]).toEqual([0, 0])
  })

  it('could not be sent: its error reaches the handler', async () => {
    const stage = askingStage()
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push(String(error)))
    stage.onSend = async () => {
      throw new Error('refused')
    }
    await tell(stage, c2c('/ask'))
    expect(errors).toEqual(['Error: refused'])
    expect(stage.clock.pending).toBe(0)
  })

  it('is never parked: nobody can answer what was not shown', async () => {
    const stage = askingStage()
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push(error))
    const refusal = new RestError({
      code: 'anchor_refused',
      errCode: 40034005,
      message: 'no',
      situation: 'refused',
      delivered: 'no',
      retry: 'never',
    })
    stage.parking = { park: async () => ({ kind: 'parked' }) as never }
    stage.onSend = async () => {
      throw refusal
    }
    await tell(stage, c2c('/ask'), c2c('/delete'))
    stage.onSend = async () => ({ kind: 'sent', mode: 'passive' }) as never
    await tell(stage, c2c('hello'))
    expect(errors).toEqual([refusal, refusal])
    expect(stage.texts.at(-1)).toBe('chat: hello')
  })

  it('ends its handler at a stop, although its turn has not come', async () => {
    const stage = new Stage({ limits: { concurrency: 1, waiting: 10, onFull: () => 'drop-oldest' } })
    const ends: unknown[] = []
    stage.handlers.catch(() => {})
    stage.handlers.feature(asking())
    stage.handlers.command({ name: 'ask' }, async (ctx) => {
      try {
        await (ctx as AskingContext).ask('Which city?', { timeout: 100 })
      } finally {
        ends.push(ctx.signal.reason)
      }
    })
    stage.handlers.on('message', null, async () => new Promise(() => {}))
    const asked = c2c('/ask', 'ann')
    await tell(stage, asked, c2c('hang', 'bob'))
    await stage.clock.advance(100)
    await stage.stop(1000)
    await stage.clock.advance(0)
    expect(ends).toEqual([expect.objectContaining({ code: 'stopping' })])
    expect([asked.outcomes, stage.texts, stage.clock.pending]).toEqual([[], ['Which city?'], 0])
  })

  it('is left to the next process at a stop: its handler ends, and says no more', async () => {
    const stage = askingStage()
    const caught: unknown[] = []
    stage.handlers.catch((error) => caught.push(error))
    stage.handlers.command({ name: 'polite' }, () => {})
    const asked = c2c('/ask')
    await tell(stage, asked)
    await stage.stop()
    expect([asked.outcomes, caught, stage.texts]).toEqual([[], [], ['Which city?']])
    expect(stage.clock.pending).toBe(0)
  })
})

describe('AS-07 wrong use says what to write instead', () => {
  const errorOf = async (
    use: (ctx: AskingContext) => unknown,
    options: AskingOptions = {},
  ): Promise<unknown> => {
    const stage = new Stage()
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push(error))
    stage.handlers.feature(asking(options))
    stage.handlers.on('message', null, async (ctx) => use(ctx as AskingContext))
    await tell(stage, c2c('hi'))
    await stage.clock.advance(600_000)
    return errors[0]
  }

  it.each<readonly [string, (ctx: AskingContext) => unknown]>([
    ['bad_choices', (ctx) => ctx.choose('Which?', [])],
    ['bad_choices', (ctx) => ctx.choose('Which?', ['A', 'ａ'])],
    [
      'bad_choices',
      (ctx) =>
        ctx.choose(
          'Which?',
          Array.from({ length: 26 }, (_, at) => `n${at}`),
        ),
    ],
    ['bad_choices', (ctx) => ctx.choose('Which?', 'yes' as never)],
    ['bad_question', (ctx) => ctx.ask(undefined as never)],
    ['bad_question', (ctx) => ctx.choose(null as never, ['a'])],
    ['invalid_options', (ctx) => ctx.ask('Which?', { timeout: 0 })],
    ['invalid_options', (ctx) => ctx.ask('Which?', { timeout: Infinity })],
    ['invalid_options', (ctx) => ctx.ask('Which?', null as never)],
    ['invalid_options', (ctx) => ctx.ask('Which?', { from: [] })],
    ['invalid_options', (ctx) => ctx.ask('Which?', { buttons: false } as never)],
    ['invalid_options', (ctx) => ctx.choose('Which?', ['a'], { accept: () => true } as never)],
    ['invalid_options', (ctx) => ctx.ask('Which?', { form: 'anyone' } as never)],
    ['invalid_options', (ctx) => ctx.choose('Which?', ['a'], { from: 3 as never })],
    ['too_many_questions', (ctx) => Promise.all([ctx.ask('1'), ctx.ask('2')])],
  ])('%s', async (code, use) => {
    const error = (await errorOf(use, { maxOpen: 1 })) as AskError
    expect(error).toMatchObject({ code })
    expect(error.message).not.toBe('')
  })

  it('not_asking: after the handler, and asking_twice', async () => {
    let late: AskingContext | null = null
    await errorOf((ctx) => void (late = ctx))
    await expect(late!.ask('Still there?')).rejects.toMatchObject({
      code: 'not_asking',
      advice: { en: expect.stringContaining('asking()') as string, zh: expect.anything() as string },
    })
    const feature = asking()
    for (const second of [feature, asking()]) {
      const stage = new Stage()
      stage.handlers.feature(new Composer().use(feature))
      const twice = expect.objectContaining({ code: 'asking_twice' }) as Error
      expect(() => stage.handlers.feature(new Composer().use(second))).toThrow(twice)
    }
  })

  it('options of asking()', () => {
    expect(() => asking({ maxOpen: 0 })).toThrow(/maxOpen/)
    expect(() => asking({ texts: { timeout: 'late' } as never })).toThrow(/texts/)
    expect(() => asking(5 as never)).toThrow(/options/)
  })

  it('an ask that is not awaited holds its event, and its failure is told', async () => {
    const error = errorOf((ctx) => void ctx.ask('Which?', { signal: AbortSignal.abort(new Error('no')) }))
    expect(await error).toMatchObject({ code: 'not_awaited' })
  })

  it('AS-07 is refused where the answer may reach another process', async () => {
    const stage = askingStage()
    const errors: unknown[] = []
    stage.handlers.catch((error) => errors.push((error as AskError).code))
    const { signal } = new AbortController()
    const lease = { signal, valid: () => true }
    await tell(stage, { ...group('/ask', 'ann', 'G1'), lease }, { ...group('/delete', 'bob', 'G1'), lease })
    expect([errors, stage.texts]).toEqual([['shared_source', 'shared_source'], []])
  })
})

describe('AS-08 choices', () => {
  it('are text where labels are too long, or buttons are not wanted', async () => {
    const stage = new Stage()
    stage.handlers.feature(asking({ texts: { choices: (labels) => labels.join(' / ') } }))
    stage.handlers.command({ name: 'long' }, async (ctx) => {
      const one = ctx as AskingContext
      const first = await one.choose('Which?', { a: 'a label of many words', b: 'B' })
      const second = await one.choose({ content: 'And?' }, ['x', 'y'], { buttons: false })
      await ctx.reply(`${first.choice} ${second.choice}`)
    })
    await tell(stage, c2c('/long'), c2c('what?'), c2c('1.'), c2c('Y'))
    expect(stage.texts).toEqual(['Which?\na label of many words / B', { content: 'And?\nx / y' }, 'a y'])
  })

  it.each(['2', '２', '2.', '2、', '2）', '（2）', '②', '2。', ' Ｂ ', 'b。', 'B！', '（2）～'])(
    'are named by %s',
    async (said) => {
      const stage = new Stage()
      stage.handlers.feature(asking())
      stage.handlers.command({ name: 'pick' }, async (ctx) => {
        const { choice } = await (ctx as AskingContext).choose('Which?', ['a', 'b'])
        await ctx.reply(choice)
      })
      await tell(stage, c2c('/pick'), c2c(said))
      expect(stage.texts.slice(1)).toEqual(['b'])
    },
  )

  it('are words with or without what ends a sentence, and never part of one', () => {
    const isWord = isWordOf(['算了', 'never mind', 'no'])
    expect(['算了。', '算了……', 'Never mind!', 'no.', 'NO。'].filter(isWord)).toHaveLength(5)
    expect(['算了吗？', '算了，不', 'no?', 'never', '。', ''].filter(isWord)).toEqual([])
  })

  it('are what their buttons say, also after the next version of a bot has them in another order', async () => {
    const stage = new Stage()
    let labels: readonly string[] = ['yes', 'no']
    stage.handlers.feature(asking())
    stage.handlers.command({ name: 'delete' }, async (ctx) => {
      const answer = await (ctx as AskingContext).choose('Delete?', labels)
      await answer.reply(answer.choice)
    })
    const asked = c2c('/delete')
    await tell(stage, asked)
    const [yes = ''] = buttonsOf(stage.sent[0]!)
    await stage.stop()
    labels = ['no', 'yes']
    await tell(stage, { ...asked, replayed: true }, click(yes))
    expect(stage.texts.at(-1)).toBe('yes')
  })

  it('are text below a question that has buttons of its own', async () => {
    const stage = new Stage()
    stage.handlers.feature(asking({ texts: { choices: (labels) => labels.join(' / ') } }))
    stage.handlers.command({ name: 'own' }, async (ctx) => {
      const question = { markdown: { content: 'Which?' }, keyboard: { id: 'mine' } }
      await (ctx as AskingContext).choose(question, ['a', 'b'])
    })
    await tell(stage, c2c('/own'))
    expect(stage.texts).toEqual([{ markdown: { content: 'Which?\n\na / b' }, keyboard: { id: 'mine' } }])
  })

  it('are in rows that phones show, with markup of the question escaped', async () => {
    const stage = new Stage()
    stage.handlers.feature(asking())
    stage.handlers.command({ name: 'rows' }, async (ctx) => {
      await (ctx as AskingContext).choose('Which *one*?', ['one choice', 'two choice', 'a', 'b', 'c'])
    })
    await tell(stage, c2c('/rows'))
    const [{ message }] = stage.sent as [SentMessage]
    if (typeof message === 'string') throw new Error('no buttons')
    expect(message.markdown?.content).toBe('Which \\*one\\*?')
    expect(
      message.keyboard?.content?.rows.map(({ buttons }) => buttons.map((one) => one.render_data?.label)),
    ).toEqual([['one choice'], ['two choice', 'a', 'b', 'c']])
  })

  it('are told as text after a platform took the buttons away, once in all lives', async () => {
    const stage = askingStage()
    stage.onSend = async () =>
      ({ kind: 'sent', mode: 'passive', steps: [{ kind: 'fallback', name: 'plain_text' }] }) as never
    await tell(stage, c2c('/delete'), c2c('2'))
    expect(stage.texts.slice(1)).toEqual(['请回复序号或文字：\n1. yes\n2. no', 'message: no'])
    expect(stage.sent.map(({ options }) => options.kind)).toEqual(['answer', 'notice', 'answer'])
  })

  it('have a click that a handler would acknowledge acknowledged at once', async () => {
    const stage = askingStage({}, { stage: new Stage({ interactionAck: 'handler' }) })
    await tell(stage, c2c('/delete'))
    const [, no = ''] = buttonsOf(stage.sent[0]!)
    await tell(stage, click(no))
    expect(stage.acks).toHaveLength(1)
    expect(stage.texts.at(-1)).toBe('interaction: no')
    await tell(stage, click('qqkit:ask:never:0'))
    expect(stage.texts.at(-1)).toBe('这个问题已经结束。')
  })
})

/** Only a type: a click is an answer like a message. */
export const typesOfAnswers = (click: InteractionContext & Asking): unknown => click.ask('And now?')
