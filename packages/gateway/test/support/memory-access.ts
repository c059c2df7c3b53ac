import type { Access } from '@qqkit/core'
import type { MemorySimulator } from '@qqkit/simulator'

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Too frequent, said in the body of an answer that may well be HTTP 200 (§1.2). */
const TOO_FREQUENT: ReadonlySet<unknown> = new Set([100_001, 100_017])

/** How an answer that is no good is marked for the gateway. */
const faultOf = (status: number, body?: unknown): 'rate_limited' | 'unavailable' => {
  const { code } = (body ?? {}) as { readonly code?: unknown }
  return status === 429 || TOO_FREQUENT.has(code) ? 'rate_limited' : 'unavailable'
}

const failure = (access: 'rate_limited' | 'unavailable', message: string): Error =>
  Object.assign(new Error(message), { access })

const call = (
  sim: MemorySimulator,
  request: {
    readonly method: string
    readonly path: string
    readonly headers: Record<string, string>
    readonly body?: string
  },
  signal: AbortSignal | undefined,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    sim.dispatcher.dispatch(
      { origin: sim.url, ...request },
      {
        onRequestStart: (controller) =>
          signal?.addEventListener('abort', () => controller.abort(signal.reason as Error), { once: true }),
        onResponseStart: (_controller, code) => (status = code),
        onResponseData: (_controller, chunk) => chunks.push(chunk),
        onResponseEnd: () => {
          try {
            resolve({ status, body: JSON.parse(Buffer.concat(chunks).toString()) as unknown })
          } catch {
            reject(failure(faultOf(status), 'no JSON'))
          }
        },
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })

/**
 * The HTTP side of a simulator in memory, as small as it can be and exactly reproducible: no retries, and a token that
 * is kept until it is refused.
 */
export const memoryAccess = (sim: MemorySimulator): Access => {
  let kept: string | undefined
  const token = async (fresh: boolean, signal: AbortSignal | undefined): Promise<string> => {
    if (kept !== undefined && !fresh) return kept
    const { appId, secret } = sim.credentials
    const { status, body } = await call(
      sim,
      {
        method: 'POST',
        path: '/app/getAppAccessToken',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ appId, clientSecret: secret }),
      },
      signal,
    )
    const { access_token: answer } = (body ?? {}) as { access_token?: string }
    if (typeof answer !== 'string') throw failure(faultOf(status, body), 'no token')
    kept = answer
    return answer
  }
  return {
    token: ({ fresh = false, signal } = {}) => token(fresh, signal),
    gateway: async ({ signal } = {}) => {
      const authorization = `QQBot ${await token(false, signal)}`
      const { status, body } = await call(
        sim,
        { method: 'GET', path: '/gateway/bot', headers: { authorization } },
        signal,
      )
      if (status === 401) kept = undefined
      if (status !== 200) throw failure(faultOf(status), `HTTP ${status}`)
      return body
    },
  }
}
