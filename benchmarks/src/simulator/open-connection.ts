import type { SocketSimulator } from '@qqkit/simulator'
import { WebSocket } from 'ws'

/** A token of the simulator's first bot. */
export const fetchToken = async (sim: SocketSimulator): Promise<string> => {
  const { appId, secret } = sim.credentials
  const answer = await fetch(sim.tokenUrl, {
    method: 'POST',
    body: JSON.stringify({ appId, clientSecret: secret }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Opens a connection and identifies; `onEvent` gets the text of every frame after READY. */
export const openConnection = async (
  sim: SocketSimulator,
  token: string,
  onEvent: (text: string) => void,
): Promise<WebSocket> =>
  new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(`${sim.url.replace('http', 'ws')}/websocket`)
    let ready = false
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8')
      if (ready) onEvent(text)
      else if (text.includes('"op":10')) {
        socket.send(
          JSON.stringify({ op: 2, d: { token: `QQBot ${token}`, intents: 2 ** 25, shard: [0, 1] } }),
        )
      } else {
        ready = true
        resolve(socket)
      }
    })
  })
