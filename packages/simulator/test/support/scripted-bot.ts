import { WebSocket } from 'ws'

/** Address and credentials of a bot. */
export interface BotDoor {
  readonly url: string
  readonly tokenUrl: string
  readonly credentials: { readonly appId: string; readonly secret: string }
}

interface Frame {
  readonly op: number
  readonly s?: number
  readonly t?: string
  readonly id?: string
  readonly d?: unknown
}

/** A person's message to the bot, in any scene. */
export interface Heard {
  readonly t: string
  readonly text: string
  /** Contents of the quoted message; `''` without one. */
  readonly quoted: string
  /** Names of the files that came with it. */
  readonly files: readonly string[]
  /** Their addresses. */
  readonly urls: readonly string[]
  /**
   * Sends to the conversation of the message; a reply unless the body says otherwise. Resolves to whether the platform
   * accepted it.
   */
  readonly send: (body: Record<string, unknown>) => Promise<boolean>
  /** Makes another call below the conversation, e.g. `files`, and resolves to its answer. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Readonly<Record<string, unknown>>>
}

export interface ScriptedBot {
  /** Received events in order, e.g. `READY`, `RESUMED`. */
  readonly events: readonly string[]
  /** Makes a call of its own accord, and resolves to the status. */
  call(method: string, path: string, body?: unknown): Promise<number>
  close(): Promise<void>
}

interface EventPayload {
  readonly id: string
  readonly content?: string
  readonly author?: { readonly user_openid?: string }
  readonly group_openid?: string
  readonly channel_id?: string
  readonly guild_id?: string
  readonly user_openid?: string
  readonly openid?: string
  readonly msg_elements?: readonly { readonly content: string }[]
  readonly attachments?: readonly { readonly filename?: string; readonly url: string }[]
  /** The recalled message. */
  readonly message?: { readonly channel_id: string }
  readonly data?: { readonly resolved?: { readonly button_data?: string } }
}

/** The path of a send back to where an event came from (§5.2, §5.10). */
const sendPath = (t: string, d: EventPayload): string | null => {
  if (d.group_openid !== undefined) return `/v2/groups/${d.group_openid}/messages`
  const openid = d.author?.user_openid ?? d.user_openid ?? d.openid
  if (openid !== undefined) return `/v2/users/${openid}/messages`
  if (t === 'DIRECT_MESSAGE_CREATE') return `/dms/${d.guild_id ?? ''}/messages`
  const channel = d.channel_id ?? d.message?.channel_id
  return channel === undefined ? null : `/channels/${channel}/messages`
}

/**
 * A minimal bot on raw frames and calls, without a library. It answers by `answer`, and reconnects and resumes at once
 * when its connection ends.
 */
export const startScriptedBot = async (
  door: BotDoor,
  answer: (heard: Heard) => Promise<void>,
): Promise<ScriptedBot> => {
  const events: string[] = []
  const state = { session: null as string | null, seq: 0, stopped: false, sends: 0 }
  let socket: WebSocket | null = null
  let gone: Promise<void> = Promise.resolve()

  const token = await (async (): Promise<string> => {
    const { appId, secret } = door.credentials
    const response = await fetch(door.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appId, clientSecret: secret }),
    })
    return `QQBot ${((await response.json()) as { access_token: string }).access_token}`
  })()
  const headers = { authorization: token, 'content-type': 'application/json' }
  const lookup = await fetch(`${door.url}/gateway/bot`, { headers })
  const { url } = (await lookup.json()) as { url: string }

  const hear = async (frame: Frame): Promise<void> => {
    const t = frame.t ?? ''
    const d = frame.d as EventPayload
    if (t === 'INTERACTION_CREATE') {
      await fetch(`${door.url}/interactions/${d.id}`, { method: 'PUT', headers, body: '{"code":0}' })
    }
    const path = sendPath(t, d)
    if (path === null) return
    const anchor = t.endsWith('MESSAGE_CREATE') ? { msg_id: d.id } : { event_id: frame.id }
    const place = path.replace(/\/messages$/, '')
    await answer({
      t,
      quoted: d.msg_elements?.[0]?.content ?? '',
      files: (d.attachments ?? []).map(({ filename = '' }) => filename),
      urls: (d.attachments ?? []).map(({ url }) => url),
      call: async (method, below, body) => {
        const response = await fetch(`${door.url}${place}/${below}`, {
          method,
          headers: body instanceof FormData ? { authorization: token } : headers,
          ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
        })
        return JSON.parse((await response.text()) || '{}') as Readonly<Record<string, unknown>>
      },
      text: (d.data?.resolved?.button_data ?? d.content ?? '').replace(/<@!\d+>/, '').trim(),
      send: async (body) => {
        state.sends += 1
        const response = await fetch(`${door.url}${path}`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ msg_type: 0, ...anchor, msg_seq: state.sends, ...body }),
        })
        return response.ok
      },
    })
  }

  const connect = (): void => {
    const opened = new WebSocket(url)
    socket = opened
    let beats: NodeJS.Timeout | undefined
    opened.on('error', () => {})
    opened.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as Frame
      if (frame.s !== undefined) state.seq = frame.s
      if (frame.op === 10) {
        const interval = (frame.d as { heartbeat_interval: number }).heartbeat_interval
        beats = setInterval(() => opened.send(JSON.stringify({ op: 1, d: state.seq })), interval)
        const hello =
          state.session === null
            ? {
                op: 2,
                d: {
                  token,
                  intents: (1 << 24) | (1 << 25) | (1 << 26) | (1 << 30) | (1 << 12) | (1 << 10) | 1,
                  shard: [0, 1],
                },
              }
            : { op: 6, d: { token, session_id: state.session, seq: state.seq } }
        opened.send(JSON.stringify(hello))
      }
      if (frame.op !== 0 || frame.t === undefined) return
      events.push(frame.t)
      if (frame.t === 'READY') state.session = (frame.d as { session_id: string }).session_id
      else if (frame.t !== 'RESUMED') void hear(frame)
    })
    gone = new Promise((resolve) => {
      opened.on('close', () => {
        clearInterval(beats)
        resolve()
        if (!state.stopped) connect()
      })
    })
  }
  connect()

  return {
    events,
    call: async (method, path, body) => {
      const init = body === undefined ? {} : { body: JSON.stringify(body) }
      const response = await fetch(`${door.url}${path}`, { method, headers, ...init })
      await response.arrayBuffer()
      return response.status
    },
    close: async () => {
      state.stopped = true
      socket?.terminate()
      await gone
    },
  }
}
