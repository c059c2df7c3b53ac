import type { Access } from '@qqkit/core'
import type { MemorySimulator, SocketSimulator } from '@qqkit/simulator'

/** Marks an error for the gateway. */
const fault = (access: 'fatal' | 'rate_limited' | 'unavailable', message: string): Error =>
  Object.assign(new Error(message), { access })

/** The HTTP side of a simulator, as small as it can be: no retries, a token per call of `fresh`. */
export const simAccess = (sim: MemorySimulator | SocketSimulator): Access => {
  const dispatcher = 'dispatcher' in sim ? sim.dispatcher : undefined
  const call = async (url: string, init: RequestInit): Promise<unknown> => {
    // Node's own fetch takes an undici dispatcher; its types do not say so.
    const response = await fetch(url, { ...init, ...(dispatcher && { dispatcher }) })
    const text = await response.text()
    if (!response.ok) throw fault(response.status === 429 ? 'rate_limited' : 'unavailable', text)
    return JSON.parse(text) as unknown
  }
  let last: string | undefined
  const token = async (fresh: boolean, signal: AbortSignal | null): Promise<string> => {
    if (last !== undefined && !fresh) return last
    const body = JSON.stringify({ appId: sim.credentials.appId, clientSecret: sim.credentials.secret })
    const headers = { 'content-type': 'application/json' }
    const answer = (await call(sim.tokenUrl, { method: 'POST', body, headers, signal })) as {
      access_token?: string
    }
    if (!answer.access_token) throw fault('unavailable', JSON.stringify(answer))
    last = answer.access_token
    return last
  }
  return {
    token: ({ fresh = false, signal = null } = {}) => token(fresh, signal),
    gateway: async ({ signal = null } = {}) => {
      const authorization = `QQBot ${await token(false, signal)}`
      return call(`${sim.url}/gateway/bot`, {
        headers: { authorization },
        signal,
      })
    },
  }
}
