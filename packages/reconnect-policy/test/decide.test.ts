import { describe, expect, it } from 'vitest'

import { type Decision, decide, definePolicy, initialHistory, type Loss } from '@qqkit/reconnect-policy'

const exact = definePolicy({ jitter: 0 })

/** Feeds losses one after the other, each at the moment of the connect that the one before decided. */
const feed = (policy: typeof exact, losses: readonly Loss[]): Decision[] => {
  let history = initialHistory
  return losses.map((loss) => {
    const step = decide(policy, history, loss, history.nextConnectAt ?? 0, () => 0)
    history = step.history
    return step.decision
  })
}

const delays = (decisions: readonly Decision[]): (number | string)[] =>
  decisions.map((d) => (d.action === 'stop' ? d.reason : d.delay / 1_000))

const times = (n: number, loss: Loss): Loss[] => Array.from({ length: n }, () => loss)

describe('the ladder', () => {
  it('RP-01 waits 1, 2, 5, 10, 30, 60, 60 s for connections that never opened', () => {
    const refused: Loss = { stage: 'connecting', cause: 'network', session: false }
    expect(delays(feed(exact, times(7, refused)))).toEqual([1, 2, 5, 10, 30, 60, 60])
  })

  it('RP-04 ten short lives wait 1, 2, 60, 5, 10, 60, 30, 60, 60, 60 s', () => {
    const short: Loss = { stage: 'ready', openFor: 4_999, readyFor: 4_000, cause: 'closed', session: true }
    expect(delays(feed(exact, times(10, short)))).toEqual([1, 2, 60, 5, 10, 60, 30, 60, 60, 60])
  })
})
