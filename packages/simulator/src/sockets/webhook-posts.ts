import {
  request as httpRequest,
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http'
import { request as httpsRequest } from 'node:https'

import type { Clock } from '@qqkit/core'

import type { Effect } from '../core/kernel/effect.js'
import type { PushOutcome } from '../core/kernel/input.js'

type WebhookPost = Extract<Effect, { readonly kind: 'post' }>

/** Longest accepted answer, in bytes. */
const ANSWER_LIMIT = 65_536

const readAnswer = async (answer: IncomingMessage): Promise<PushOutcome> => {
  let body = ''
  for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
    if (body.length < ANSWER_LIMIT) body += chunk
  }
  return { kind: 'answered', status: answer.statusCode ?? 0, body }
}

/** Statuses of a server without a route for the pushes. */
const noRoute: ReadonlySet<number> = new Set([404, 405])

/** The mistake in an address, as a sentence; `null` when the answer shows none. */
const mistakeIn = (url: string, outcome: PushOutcome): string | null => {
  if (outcome.kind === 'failed') return `the webhook ${url} cannot be reached: ${outcome.reason}`
  return noRoute.has(outcome.status)
    ? `the webhook ${url} answered ${outcome.status}: no route of that server takes pushes`
    : null
}

/** Posts webhook pushes to the addresses of bots. */
export class WebhookPosts {
  /** Addresses that took a push, or that a warning named. */
  readonly #known = new Set<string>()
  readonly #agent = new HttpAgent({ keepAlive: false })
  readonly #open = new Set<ClientRequest>()
  readonly #clock: Clock
  #closed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Posts a push and reports its outcome once. */
  post({ url, headers, body, timeout }: WebhookPost, done: (outcome: PushOutcome) => void): void {
    let reported = false
    const report = (outcome: PushOutcome): void => {
      if (reported) return
      reported = true
      this.#warn(url, outcome)
      done(outcome)
    }
    try {
      const secure = url.startsWith('https:')
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        ...(secure ? {} : { agent: this.#agent }),
      })
      this.#open.add(request)
      const cancel = this.#clock.setTimer(timeout, () => request.destroy(new Error('no answer in time')))
      request.on('close', () => {
        cancel()
        this.#open.delete(request)
      })
      request.on('error', (error) => report({ kind: 'failed', reason: error.message }))
      request.on('response', (answer) => {
        readAnswer(answer).then(report, (error: unknown) => report({ kind: 'failed', reason: String(error) }))
      })
      request.end(body)
    } catch (error) {
      report({ kind: 'failed', reason: String(error) })
    }
  }

  /** Warns of a wrong address, once: its bot runs well, and waits for pushes. */
  #warn(url: string, outcome: PushOutcome): void {
    if (this.#known.has(url) || this.#closed) return
    this.#known.add(url)
    const mistake = mistakeIn(url, outcome)
    if (mistake === null) return
    process.emitWarning(mistake, {
      code: 'QQKIT_WEBHOOK_ADDRESS',
      detail: "Check host, port and path of the bot's webhook. The pushes and their answers are in sim.log.",
    })
  }

  /** Aborts all pending pushes. */
  close(): void {
    this.#closed = true
    for (const request of this.#open) request.destroy()
    this.#agent.destroy()
  }
}
