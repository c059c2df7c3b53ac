import { WebSocket } from 'ws'

interface Frame {
  readonly op: number
  readonly t?: string
  readonly d: {
    readonly id: string
    readonly content: string
    readonly group_openid: string
    readonly author: { readonly user_openid: string }
  }
}

/** A bot without a client: it answers every private message and group message that it hears. */
export const answeringBot = async (
  url: string,
  answer: (said: string) => string,
): Promise<{ readonly close: () => Promise<void> }> => {
  const token = await fetch(`${url}/app/getAppAccessToken`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appId: '102000001', clientSecret: 'simulated-secret-0001' }),
  })
  const { access_token: value } = (await token.json()) as { readonly access_token: string }
  const authorization = `QQBot ${value}`
  const socket = new WebSocket(`${url.replace('http', 'ws')}/websocket`)
  await new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const { op, t, d } = JSON.parse(data.toString()) as Frame
      if (op === 10)
        socket.send(JSON.stringify({ op: 2, d: { token: authorization, intents: 1 << 25, shard: [0, 1] } }))
      if (t === 'READY') resolve()
      if (t !== 'C2C_MESSAGE_CREATE' && t !== 'GROUP_AT_MESSAGE_CREATE') return
      const place = t === 'C2C_MESSAGE_CREATE' ? `users/${d.author.user_openid}` : `groups/${d.group_openid}`
      void fetch(`${url}/v2/${place}/messages`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ content: answer(d.content.trim()), msg_id: d.id }),
      })
    })
  })
  return {
    close: async () => {
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      if (socket.readyState === WebSocket.CLOSED) return
      socket.terminate()
      await closed
    },
  }
}
