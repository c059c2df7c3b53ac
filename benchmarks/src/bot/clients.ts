/**
 * The contenders: each receives private messages of the bench server and passes their texts on, with a function to
 * answer.
 */
import { Bot } from '@qqkit/bot'
import { Gateway } from '@qqkit/gateway'
import { Rest } from '@qqkit/rest'
import { Pool } from 'undici'
import { WebSocket } from 'ws'

/** Called with each message. */
export type OnMessage = (text: string, reply: () => Promise<unknown>) => unknown

const C2C = 1 << 25
const credentials = { appId: '102000001', secret: 'bench-secret-0001' }

interface Message {
  readonly id: string
  readonly content: string
  readonly author: { readonly user_openid: string }
}

/** The floor: `ws`, `JSON.parse` and one `undici` request per answer; answers to one person in order. */
const bare = (url: string, onMessage: OnMessage): void => {
  const http = new Pool(url, { connections: 64 })
  const lanes = new Map<string, Promise<unknown>>()
  const answer = async ({ id, author }: Message): Promise<void> => {
    const body = JSON.stringify({ content: 'pong', msg_type: 0, msg_id: id, msg_seq: 1 })
    const path = `/v2/users/${encodeURIComponent(author.user_openid)}/messages`
    const headers = { authorization: 'QQBot AT_bench', 'content-type': 'application/json' }
    const response = await http.request({ method: 'POST', path, headers, body })
    await response.body.json()
  }
  const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false })
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as { op: number; t?: string; d: Message }
    if (frame.op === 10) {
      socket.send(JSON.stringify({ op: 2, d: { token: 'QQBot AT_bench', intents: C2C, shard: [0, 1] } }))
    } else if (frame.op === 0 && frame.t === 'C2C_MESSAGE_CREATE') {
      const person = frame.d.author.user_openid
      const before = lanes.get(person)
      const handle = (): unknown => onMessage(frame.d.content, async () => answer(frame.d))
      lanes.set(person, before ? before.then(handle) : Promise.resolve(handle()))
    }
  })
}

const rest = { limits: false } as const

/** The gateway without the bot. */
const gateway = (url: string, onMessage: OnMessage): void => {
  const client = new Rest({ ...credentials, ...rest, baseUrl: url, tokenUrl: `${url}/app/getAppAccessToken` })
  const receiver = new Gateway({ access: client.access, intents: C2C })
  receiver.on('C2C_MESSAGE_CREATE', ({ d }) => {
    const target = { scene: 'c2c', id: d.author.user_openid ?? '' } as const
    onMessage(d.content ?? '', async () => client.send(target, 'pong', { anchor: { msgId: d.id } }))
  })
  void receiver.run()
}

/** The bot as a user writes it. */
const bot = (url: string, onMessage: OnMessage): void => {
  const ours = new Bot({ ...credentials, rest, baseUrl: url, tokenUrl: `${url}/app/getAppAccessToken` })
  ours.on('message', (ctx) => onMessage(ctx.text, async () => ctx.reply('pong')))
  void ours.start()
}

/** By name. */
export const clients: Readonly<Record<string, (url: string, onMessage: OnMessage) => void>> = {
  'bare ws + undici': bare,
  '@qqkit/gateway': gateway,
  '@qqkit/bot': bot,
  /** The name in the table of committed bytes. */
  '@qqkit/bot, answering': bot,
}
