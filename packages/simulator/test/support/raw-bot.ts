import type { CancelTimer, Clock, Socket } from '@qqkit/core'

import type { MemorySimulator } from '../../src/index.js'
import { INTENTS } from './clients.js'
import type { Frame } from './wire-client.js'

/** An answer, or `null` when the connection broke. */
type Answer = { readonly status: number; readonly json: Readonly<Record<string, unknown>> | null } | null

/** Attempts of a reply, and the wait after a passing refusal, in ms. */
const ATTEMPTS = 5
const PAUSE = 1_000

/** Whether the same reply could succeed later. */
const isPassing = (status: number): boolean => status === 429 || status >= 500

/**
 * A simple bot on the bare seams of a simulator in memory: resumes when it can, identifies when it must, skips what it
 * has seen, replies once to each message. What it cannot read, and a number that is left out, make it resume. It knows
 * no more than a careful reader of the protocol.
 */
export class RawBot {
  readonly handled: string[] = []
  readonly #sim: MemorySimulator
  readonly #clock: Clock
  readonly #seen = new Set<string>()
  #session: { readonly id: string; seq: number } | null = null
  #token = ''
  #socket: Socket | null = null
  #stopped = false
  #beat: CancelTimer = () => {}
  #wait: CancelTimer = () => {}
  #acked = true

  constructor(sim: MemorySimulator) {
    this.#sim = sim
    this.#clock = sim.clock
  }

  start(): void {
    void this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#beat()
    this.#wait()
    this.#socket?.terminate()
  }

  async #connect(): Promise<void> {
    if (this.#stopped) return
    if (!(await this.#renew())) return this.#later(5_000)
    const gateway = await this.#call('GET', '/gateway/bot')
    const url = gateway?.json?.['url']
    if (typeof url !== 'string' || this.#stopped) return this.#later(5_000)
    const socket: Socket = this.#sim.transport.open(
      url,
      {
        onOpen: () => {},
        onMessage: (data) => this.#receive(socket, data),
        onActivity: () => {},
        onClose: ({ code }) => {
          if (code === 4006 || code === 4007 || code >= 4900) this.#session = null
          if (this.#socket !== socket) return
          this.#socket = null
          this.#beat()
          this.#later(5_000)
        },
      },
      { maxPayload: 1_048_576 },
    )
    this.#socket = socket
    // Upper bound for any missing answer.
    this.#beat = this.#clock.setTimer(20_000, () => socket.terminate())
  }

  async #renew(): Promise<boolean> {
    const { appId, secret } = this.#sim.credentials
    const answer = await this.#call('POST', '/app/getAppAccessToken', { appId, clientSecret: secret })
    const token = answer?.json?.['access_token']
    if (typeof token === 'string') this.#token = token
    return typeof token === 'string'
  }

  #later(ms: number): void {
    this.#wait()
    if (!this.#stopped) this.#wait = this.#clock.setTimer(ms, () => void this.#connect())
  }

  #receive(socket: Socket, data: string | Uint8Array): void {
    let frame: Frame
    try {
      frame = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data)) as Frame
    } catch {
      socket.terminate()
      return
    }
    if (frame.op === 10) this.#greet(socket)
    else if (frame.op === 11) this.#acked = true
    else if (frame.op === 7) socket.close(4000, '')
    else if (frame.op === 9) {
      if (frame.d !== true) this.#session = null
      socket.close(4000, '')
    } else if (frame.op === 0) this.#dispatch(socket, frame)
  }

  #greet(socket: Socket): void {
    const token = `QQBot ${this.#token}`
    const d = this.#session
      ? { token, session_id: this.#session.id, seq: this.#session.seq }
      : { token, intents: INTENTS, shard: [0, 1] }
    socket.send(JSON.stringify({ op: this.#session ? 6 : 2, d }))
  }

  #dispatch(socket: Socket, { t, s = 0, id = '', d }: Frame): void {
    if (t === 'READY') this.#session = { id: (d as { session_id: string }).session_id, seq: s }
    if (t === 'READY' || t === 'RESUMED') {
      this.#acked = true
      this.#heartbeat(socket)
    }
    const seq = this.#session?.seq ?? 0
    if (this.#session && s > seq + 1) {
      // A sequence number is missing: a Resume replays it and the later ones in order.
      socket.terminate()
      return
    }
    if (this.#session) this.#session.seq = Math.max(seq, s)
    if (t === 'READY' || t === 'RESUMED' || this.#seen.has(id)) return
    this.#seen.add(id)
    this.handled.push(id)
    void this.#reply(t, d as Readonly<Record<string, unknown>>)
  }

  #heartbeat(socket: Socket): void {
    this.#beat()
    this.#beat = this.#clock.setTimer(41_250, () => {
      if (!this.#acked) {
        socket.terminate()
        return
      }
      this.#acked = false
      socket.send(JSON.stringify({ op: 1, d: this.#session?.seq ?? null }))
      this.#heartbeat(socket)
    })
  }

  async #reply(t: string | undefined, d: Readonly<Record<string, unknown>>): Promise<void> {
    const author = d['author'] as { readonly user_openid?: string } | undefined
    const path =
      t === 'C2C_MESSAGE_CREATE'
        ? `/v2/users/${author?.user_openid}/messages`
        : t === 'GROUP_AT_MESSAGE_CREATE'
          ? `/v2/groups/${String(d['group_openid'])}/messages`
          : t === 'AT_MESSAGE_CREATE'
            ? `/channels/${String(d['channel_id'])}/messages`
            : null
    if (path === null) return
    const body = { content: `you said ${String(d['content'])}`, msg_id: d['id'], msg_seq: 1 }
    // A broken connection or an expired token is worth a repeat, which the same msg_seq makes harmless.
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const answer = await this.#call('POST', path, body)
      if (answer?.status === 401) await this.#renew()
      else if (answer && isPassing(answer.status)) await this.#pause()
      else if (answer) return
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.setTimer(PAUSE, resolve))
  }

  async #call(method: string, path: string, body?: unknown): Promise<Answer> {
    return new Promise<Answer>((resolve) => {
      const chunks: Buffer[] = []
      let status = 0
      let giveUp = (): void => {}
      const cancel = this.#clock.setTimer(10_000, () => giveUp())
      const end = (answer: Answer): void => {
        cancel()
        resolve(answer)
      }
      this.#sim.dispatcher.dispatch(
        {
          origin: this.#sim.url,
          path,
          method,
          body: body === undefined ? null : JSON.stringify(body),
          headers: { authorization: `QQBot ${this.#token}` },
        },
        {
          onRequestStart: (controller) => {
            giveUp = () => controller.abort(new Error('no answer in time'))
          },
          onResponseStart: (_controller, code) => {
            status = code
          },
          onResponseData: (_controller, chunk) => chunks.push(chunk),
          onResponseEnd: () => {
            try {
              end({
                status,
                json: JSON.parse(Buffer.concat(chunks).toString()) as Readonly<Record<string, unknown>>,
              })
            } catch {
              end({ status, json: null })
            }
          },
          onResponseError: () => end(null),
        },
      )
    })
  }
}
