import type { CallAction, Simulator } from '@qqkit/simulator'

import { RestError, type Rest, type SendResult } from '../../src/index.js'

/** What a round of the ambiguity test does to the platform. */
export interface Round {
  readonly index: number
  /** What happens to the attempts of this round, in order. */
  readonly faults: readonly CallAction[]
  /** Whether the anchor is too old before anything is sent. */
  readonly expired: boolean
  readonly scene: 'c2c' | 'group'
}

/** Everything that leaves open, or does not, whether a send was executed. */
const FAULTS: readonly CallAction[] = [
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'during' },
  { kind: 'reset', when: 'after' },
  { kind: 'hang', when: 'before' },
  { kind: 'hang', when: 'after' },
  ...[500, 502, 504].flatMap((status): CallAction[] => [
    { kind: 'answer', status, raw: '<html>', type: 'text/html', when: 'before' },
    { kind: 'answer', status, raw: '<html>', type: 'text/html', when: 'after' },
    { kind: 'error', code: 50055001, status, when: 'after' },
  ]),
  { kind: 'answer', status: 503, raw: '<html>', type: 'text/html', when: 'before' },
  { kind: 'answer', status: 429, headers: { 'retry-after': '0.02' }, when: 'before' },
  { kind: 'answer', status: 401, body: { code: 11244, message: 'token expired' }, when: 'before' },
  { kind: 'error', code: 40034004, when: 'before' },
  { kind: 'error', code: 50056, when: 'before' },
  { kind: 'error', code: 40034005, when: 'before' },
  { kind: 'answer', status: 200, raw: '{"id":', type: 'application/json', when: 'after' },
]

/** Rounds that repeat with the random source. */
export const planRounds = (count: number, random: () => number): readonly Round[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    faults: Array.from({ length: Math.floor(random() * 4) }, () => {
      const fault = FAULTS[Math.floor(random() * FAULTS.length)]
      if (!fault) throw new RangeError('no fault')
      return fault
    }),
    expired: random() < 0.2,
    scene: random() < 0.5 ? 'c2c' : 'group',
  }))

/** How a round ended, and how often the platform has executed its message. */
export interface Ending {
  readonly round: Round
  readonly outcome: SendResult | RestError
  readonly executed: () => number
}

/** Counts executed messages by their text, whatever the bot was told. */
export const countMessages = (sim: Simulator): ((content: string) => number) => {
  const counts = new Map<string, number>()
  sim.subscribe((entry) => {
    if (entry.kind !== 'message' || entry.direction !== 'out' || entry.change !== 'sent') return
    counts.set(entry.content, (counts.get(entry.content) ?? 0) + 1)
  })
  return (content) => counts.get(content) ?? 0
}

/** Plays one round: someone says something, the platform is broken, the bot replies. */
export const playRound = async (
  sim: Simulator,
  rest: Rest,
  round: Round,
  age: () => Promise<void>,
  count: (content: string) => number,
): Promise<Ending> => {
  const peer = `peer-${round.index}`
  const content = `reply ${round.index}`
  const person = round.scene === 'c2c' ? sim.user(peer) : sim.group(peer).user(peer)
  const { id } = person.say('hi')
  for (const fault of round.faults) sim.faults.add({ on: 'call', match: { peer, route: 'send' }, do: fault })
  if (round.expired) await age()
  const target = { scene: round.scene, id: person.id }
  const outcome = await rest.send(target, content, { anchor: { msgId: id } }).catch((error: unknown) => {
    if (RestError.is(error)) return error
    throw error
  })
  return { round, outcome, executed: () => count(content) }
}

/** What is wrong with an ending, or `null`. */
export const faultOf = ({ outcome, executed }: Ending): string | null => {
  const times = executed()
  if (times > 1) return `executed ${times} times`
  if (!RestError.is(outcome)) return times === 1 ? null : `${outcome.kind} without having been executed`
  if (times === 1)
    return outcome.delivered === 'unknown' ? null : `executed, but said to be ${outcome.delivered}`
  return outcome.delivered === 'yes' ? 'not executed, but said to be' : null
}
