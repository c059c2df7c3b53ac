import type { LogRecord } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'

import { Rest, type RestOptions, type Target } from '../../src/index.js'
import { type Reply, type Script, ScriptedDispatcher, type Seen } from './scripted-dispatcher.js'
import { settle } from './settle.js'

export const APP_ID = '102000001'
export const SECRET = 'tst-secret-0001'
export const TOKEN = 'AT_0001'

/** An error body of the present generation (§2.3). */
export const failure = (code: number, message = 'no', status = 400): Reply => ({
  status,
  body: { err_code: code, code, message, trace_id: 'trace-1' },
})

export const sent = (id = 'ROBOT1.0_sent'): Reply => ({
  status: 200,
  body: { id, timestamp: '2026-09-01T09:08:09+08:00', ext_info: { ref_idx: 'REFIDX_1' } },
  headers: { 'x-tps-trace-id': 'trace-0' },
})

/** A token endpoint that never fails: `AT_0001`, `AT_0002`, … */
const tokens = (): ((request: Seen) => Reply | null) => {
  let count = 0
  return (request) =>
    request.path === '/app/getAppAccessToken'
      ? {
          status: 200,
          body: { access_token: `AT_${String(++count).padStart(4, '0')}`, expires_in: '7200' },
        }
      : null
}

/** What a test works with. */
export interface RestHarness {
  readonly rest: Rest
  readonly clock: ManualClock
  readonly dispatcher: ScriptedDispatcher
  /** Requests but those for tokens. */
  readonly calls: readonly Seen[]
  readonly records: readonly LogRecord[]
  /** Lets time pass until the promise has settled. */
  readonly settle: <T>(promise: Promise<T>) => Promise<T>
}

/** A client on a scripted platform and a clock that stands still. Replies are given in order; the last one repeats. */
export const restHarness = (
  replies: readonly Reply[] | Script,
  options: Partial<RestOptions> = {},
): RestHarness => {
  const clock = options.clock instanceof ManualClock ? options.clock : new ManualClock()
  const token = tokens()
  const calls: Seen[] = []
  const dispatcher = new ScriptedDispatcher((request) => {
    const granted = token(request)
    if (granted) return granted
    const index = calls.push(request) - 1
    if (typeof replies === 'function') return replies(request, index)
    return replies[Math.min(index, replies.length - 1)] ?? sent()
  })
  const records: LogRecord[] = []
  const rest = new Rest({
    appId: APP_ID,
    secret: SECRET,
    baseUrl: 'https://platform.test',
    dispatcher,
    clock,
    random: () => 0,
    log: (record) => records.push(record),
    ...options,
  })
  const settleHere = <T>(promise: Promise<T>): Promise<T> => settle(clock, promise)
  return { rest, clock, dispatcher, calls, records, settle: settleHere }
}

export const C2C: Target = { scene: 'c2c', id: 'E4F4AEA33253A2797FB897C50B81D7ED' }
export const GROUP: Target = { scene: 'group', id: 'C9F778FE6ADF9D1D1DBE395BF744A33A' }
export const CHANNEL: Target = { scene: 'channel', id: '1234567' }
export const DM: Target = { scene: 'dm', id: '7654321' }
export const ANCHOR = { msgId: 'ROBOT1.0_tst!' } as const
