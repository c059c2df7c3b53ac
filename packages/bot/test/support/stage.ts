import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'
import { ReplyNumbers, type SendResult } from '@qqkit/rest'

import { BotError } from '../../src/common/errors.js'
import type { Context, ContextMap, EventName } from '../../src/context/context.js'
import { conversationKey } from '../../src/context/conversation.js'
import type { MessageContext } from '../../src/context/message-context.js'
import { EventDeduplicator } from '../../src/dispatch/event-deduplicator.js'
import { EventDispatcher, type EventDispatcherDeps } from '../../src/dispatch/event-dispatcher.js'
import type { Command } from '../../src/events/command.js'
import type { Target } from '../../src/events/message.js'
import type { OutgoingMessage, PlatformClient } from '../../src/reply/platform-client.js'
import type { ReplyDeps } from '../../src/reply/replier.js'
import { replyWindows } from '../../src/reply/reply-window.js'
import { Handlers } from '../../src/routing/handlers.js'
import type { EventTakers } from '../../src/routing/intake.js'
import type { Filter, Middleware, Pattern } from '../../src/routing/layers.js'
import {
  type Feature,
  registerCommand,
  registerEvent,
  registerMiddleware,
  registerText,
} from '../../src/routing/registration.js'

/** A message that went out. */
export interface SentMessage {
  readonly target: Target
  readonly message: OutgoingMessage
  readonly options: Parameters<PlatformClient['send']>[2]
}

const RESULT = { kind: 'sent', mode: 'passive' } as unknown as SendResult

/** Handlers that tests register without a bot. */
export class StageHandlers extends Handlers {
  on<E extends EventName>(
    event: E,
    filter: Filter<ContextMap[E]> | null,
    run: Middleware<ContextMap[E]>,
  ): void {
    this.add(registerEvent(event, filter, run))
  }

  use(run: Middleware<Context>): void {
    this.add(registerMiddleware(run))
  }

  feature(feature: Feature): void {
    for (const registration of feature.registrations()) this.add(registration)
  }

  command(command: Command, run: Middleware<MessageContext>): void {
    this.add(registerCommand(command, run))
  }

  hears(pattern: Pattern | readonly Pattern[], run: Middleware<MessageContext>): void {
    this.add(registerText(pattern, run))
  }
}

/** Handlers and intake with nothing behind them but memory and a clock that stands still. */
export class Stage {
  readonly clock: ManualClock = new ManualClock()
  readonly records: LogRecord[] = []
  readonly sent: SentMessage[] = []
  readonly acks: { readonly id: string; readonly code: number }[] = []
  /** Everything else that was asked of the platform. */
  readonly calls: string[] = []
  readonly settlements: EventDeduplicator = new EventDeduplicator(100)
  readonly handlers: StageHandlers
  /** Replace it to let sends fail or wait. */
  onSend: () => Promise<SendResult> = async () => RESULT
  parking: ReplyDeps['parking'] = null
  supposedlyAlone = true
  onAck: () => Promise<void> = async () => {}
  #intake: EventDispatcher | null = null
  #takers: EventTakers | null = null
  readonly #options: Partial<EventDispatcherDeps>
  readonly #appId: string
  readonly #maxLength: number

  /** @param maxLength characters of one message */
  constructor(options: Partial<EventDispatcherDeps> = {}, appId = '102000001', maxLength = 100) {
    this.#options = options
    this.#appId = appId
    this.#maxLength = maxLength
    this.handlers = new StageHandlers(
      { prefixes: ['/', '／'], bare: true },
      {
        log: (record) => this.records.push(record),
      },
    )
  }

  get intake(): EventDispatcher {
    return (this.#intake ??= this.#make())
  }

  /** Ends the life of the process as a stop does; unfinished events come again in the next one. */
  async stop(ms = 1000): Promise<void> {
    const { intake } = this
    intake.close()
    this.#takers?.stop()
    await this.clock.advance(ms)
    intake.interrupt(new BotError('stopping'))
    this.settlements.forgetUnfinished()
    this.#intake = null
  }

  /** What was said, in order. */
  get texts(): readonly OutgoingMessage[] {
    return this.sent.map(({ message }) => message)
  }

  #make(): EventDispatcher {
    const outbox: PlatformClient = {
      numbers: new ReplyNumbers({ clock: this.clock, random: () => 0 }),
      send: async (target, message, options) => {
        this.sent.push({ target, message, options })
        return this.onSend()
      },
      openStream: () => {
        throw new Error('streams need a platform')
      },
      acknowledge: async (id, code) => {
        this.acks.push({ id, code })
        return this.onAck()
      },
      recall: async ({ scene, id }, message, { hideTip }) => {
        this.calls.push(`recall ${scene} ${id} ${message}${hideTip === undefined ? '' : ` ${hideTip}`}`)
      },
      react: async ({ channelId, id }, emoji, { on }) => {
        this.calls.push(`${on ? 'react' : 'unreact'} ${channelId} ${id} ${emoji.type}/${emoji.id}`)
      },
    }
    const log: EventDispatcherDeps['log'] = (record) => this.records.push(record)
    const takers = this.handlers.attachTakers({
      clock: this.clock,
      log,
      isIgnored: () => false,
      keyOf: conversationKey,
      isBusy: (key) => this.intake.isBusy(key),
    })
    this.#takers = takers
    return new EventDispatcher({
      services: {
        appId: this.#appId,
        client: outbox,
        clock: this.clock,
        log,
        windows: replyWindows,
        maxLength: this.#maxLength,
        assumeSingleProcess: this.supposedlyAlone,
        parking: this.parking,
      },
      clock: this.clock,
      log,
      deduplicator: this.settlements,
      limits: { concurrency: 10, waiting: 10, onFull: () => 'drop-oldest' },
      handlerTimeout: 60_000,
      interactionAck: 'intake',
      conversationKey,
      takers,
      handle: (ctx, run) => {
        const taken = takers?.begin(ctx, run)
        return taken ? taken(ctx) : this.handlers.run(ctx)
      },
      fail: async (error: unknown, ctx: Context) => this.handlers.fail(error, ctx),
      ...this.#options,
    })
  }
}
