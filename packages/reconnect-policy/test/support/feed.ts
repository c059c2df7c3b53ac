import {
  decide,
  type Decision,
  definePolicy,
  initialHistory,
  type Disconnect,
  type Policy,
} from '@qqkit/reconnect-policy'

/** The default policy without luck, so that waits are exact. */
export const exact: Policy = definePolicy({ jitter: 0 })

export const refused: Disconnect = { stage: 'connecting', cause: 'network', session: false }
export const noAddress: Disconnect = { stage: 'http', cause: 'unavailable', session: false }
export const resuming: Extract<Disconnect, { stage: 'resuming' }> = {
  stage: 'resuming',
  openFor: 6_000,
  replayed: false,
  cause: 'closed',
  session: true,
}

/** A connection that was ready nearly all of its life. */
export const lived = (openFor: number, cause: Disconnect['cause'] = 'closed'): Disconnect => ({
  stage: 'ready',
  openFor,
  readyFor: openFor,
  cause,
  session: true,
})

/** Feeds disconnects one after the other, each at the moment of the connect that the one before decided. */
export const feed = (
  policy: Policy,
  disconnects: readonly Disconnect[],
  random: () => number = () => 0,
): Decision[] => {
  let history = initialHistory
  return disconnects.map((disconnect) => {
    const step = decide(policy, history, disconnect, history.nextConnectAt ?? 0, random)
    history = step.history
    return step.decision
  })
}

/** The waits in seconds; a stop shows its reason. */
export const waits = (decisions: readonly Decision[]): (number | string)[] =>
  decisions.map((decision) => (decision.action === 'stop' ? decision.reason : decision.delay / 1_000))

export const actions = (decisions: readonly Decision[]): string[] => decisions.map(({ action }) => action)

export const times = (n: number, disconnect: Disconnect): Disconnect[] =>
  Array.from({ length: n }, () => disconnect)
