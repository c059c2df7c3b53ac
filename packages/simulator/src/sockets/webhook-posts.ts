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

/** Posts webhook pushes to the addresses of bots. */
export class WebhookPosts {
  readonly #agent = new HttpAgent({ keepAlive: false })
  readonly #open = new Set<ClientRequest>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Posts a push and reports its outcome once. */
  post({ url, headers, body, timeout }: WebhookPost, done: (outcome: PushOutcome) => void): void {
    let reported = false
    const report = (outcome: PushOutcome): void => {
      if (reported) return
      reported = true
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

  /** Aborts all pending pushes. */
  close(): void {
    for (const request of this.#open) request.destroy()
    this.#agent.destroy()
  }
}
