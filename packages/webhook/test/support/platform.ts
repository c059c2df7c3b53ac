import type { Delivery, SettleOutcome } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'

import { Webhook, type WebhookOptions } from '../../src/index.js'
import { keysOf, signText } from '../../src/signature.js'

export const APP_ID = '102000001'
export const SECRET = 'tst-secret-0001'

/** A message event as the platform pushes it. */
export const messageBody = (n: number): string =>
  JSON.stringify({
    op: 0,
    id: `C2C_MESSAGE_CREATE:${n}`,
    t: 'C2C_MESSAGE_CREATE',
    d: { id: `ROBOT1.0_${n}`, content: 'hi' },
  })

/** How a request differs from a proper one. A header of `null` is left out. */
export interface RequestInit {
  readonly body?: string
  readonly secret?: string
  readonly method?: string
  /** Seconds. */
  readonly timestamp?: string
  readonly headers?: Readonly<Record<string, string | null>>
}

/** A signed request as the platform sends it (§7.2). */
export const pushed = (clock: ManualClock, init: RequestInit = {}): Request => {
  const { body = messageBody(1), secret = SECRET, method = 'POST' } = init
  const timestamp = init.timestamp ?? String(Math.floor(clock.wall() / 1000))
  const headers = new Headers({
    'content-type': 'application/json',
    'user-agent': 'QQBot-Callback',
    'x-bot-appid': APP_ID,
    'x-signature-timestamp': timestamp,
    'x-signature-ed25519': signText(keysOf(secret), timestamp, body),
  })
  for (const [name, value] of Object.entries(init.headers ?? {})) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return new Request('https://bot.example/qq', { method, headers, ...(method === 'POST' && { body }) })
}

/** A webhook under test. */
export interface Listening {
  readonly clock: ManualClock
  readonly deliveries: Delivery[]
  readonly webhook: Webhook
  /** Settles when `run()` does. */
  readonly ended: Promise<void>
}

/** A webhook whose handler settles every event with `outcome`, or leaves it open when that is `null`. */
export const listening = (
  options: Partial<WebhookOptions> = {},
  outcome: SettleOutcome | null = 'done',
): Listening => {
  const clock = new ManualClock()
  const deliveries: Delivery[] = []
  const webhook = new Webhook({ appId: APP_ID, secret: SECRET, clock, ...options })
  const ended = webhook.run((delivery) => {
    deliveries.push(delivery)
    if (outcome) delivery.settle(outcome)
  })
  return { clock, deliveries, webhook, ended }
}
