import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import { startSimulator } from '../src/index.js'

describe('a simulator over sockets', () => {
  it('SM-01 gives a token, greets, identifies, delivers a message and takes the reply', async () => {
    const sim = await startSimulator()
    const post = async (
      url: string,
      body: unknown,
      token?: string,
    ): Promise<{ status: number; json: any }> => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `QQBot ${token}` } : {}),
        },
        body: JSON.stringify(body),
      })
      return { status: answer.status, json: await answer.json() }
    }
    const { json } = await post(sim.tokenUrl, {
      appId: sim.credentials.appId,
      clientSecret: sim.credentials.secret,
    })
    expect(json.expires_in).toBe('7200')
    const gateway = (await (
      await fetch(`${sim.url}/gateway/bot`, { headers: { authorization: `QQBot ${json.access_token}` } })
    ).json()) as { url: string }
    const socket = new WebSocket(gateway.url)
    const frames: any[] = []
    await new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString())
        frames.push(frame)
        if (frame.op === 10) {
          socket.send(
            JSON.stringify({
              op: 2,
              d: { token: `QQBot ${json.access_token}`, intents: 1 << 25, shard: [0, 1] },
            }),
          )
        }
        if (frame.t === 'READY') sim.user('ann').say('hi')
        if (frame.t === 'C2C_MESSAGE_CREATE') resolve()
      })
    })
    const message = frames.at(-1).d
    expect(message.content).toBe('hi')
    const sent = await post(
      `${sim.url}/v2/users/${message.author.user_openid}/messages`,
      { content: 'pong', msg_id: message.id, msg_seq: 1 },
      json.access_token,
    )
    expect(sent.status).toBe(200)
    const again = await post(
      `${sim.url}/v2/users/${message.author.user_openid}/messages`,
      { content: 'pong', msg_id: message.id, msg_seq: 1 },
      json.access_token,
    )
    expect(again).toMatchObject({ status: 400, json: { code: 40054005, err_code: 40054005 } })
    expect(sim.log.of('message').map((entry) => entry.content)).toEqual(['hi', 'pong'])
    await sim.close()
  })
})
