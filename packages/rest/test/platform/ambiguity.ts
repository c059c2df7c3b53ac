import type { CallAction, FaultMatch, Simulator } from '@qqkit/simulator'

import { RestError, type OutgoingMessage, type Rest, type SendResult, type Target } from '../../src/index.js'

/** A way to break one attempt. */
interface Break {
  readonly action: CallAction
  readonly match?: FaultMatch
}

/** What a round of the ambiguity test does to the platform. */
export interface Round {
  readonly index: number
  readonly scene: Target['scene']
  /** Answers a message, or comes out of the blue. */
  readonly reply: boolean
  readonly markdown: boolean
  /** An earlier process sends it too, and is not heard of again. */
  readonly replayed: boolean
  /** What happens to the attempts of this round, in order. */
  readonly breaks: readonly Break[]
  /** How old the anchor is when the reply is sent, in windows: what is near 1 expires between two attempts. */
  readonly age: number
}

const MOMENTS = ['before', 'during', 'after'] as const
const HTML = { raw: '<html>', type: 'text/html' } as const
const at = (action: CallAction): Break => ({ action })

/** Everything that leaves open, or does not, whether a send was executed. */
const BREAKS: readonly Break[] = [
  ...MOMENTS.flatMap((when) => [
    at({ kind: 'reset', when }),
    at({ kind: 'hang', when }),
    ...[500, 502, 503, 504].map((status) => at({ kind: 'answer', status, ...HTML, when })),
    at({ kind: 'answer', status: 503, headers: { 'retry-after': '0.02' }, when }),
    at({ kind: 'error', code: 50055001, status: 500, when }),
  ]),
  at({ kind: 'answer', status: 200, raw: '{"id":', type: 'application/json', when: 'after' }),
  // Executed after nobody waits any more.
  at({ kind: 'delay', ms: 11_000, when: 'before' }),
  at({ kind: 'answer', status: 429, headers: { 'retry-after': '0.02' }, when: 'before' }),
  at({ kind: 'answer', status: 401, body: { code: 11244, message: 'token expired' }, when: 'before' }),
  at({ kind: 'error', code: 40034004, when: 'before' }),
  at({ kind: 'error', code: 50056, when: 'before' }),
]

/** An anchor that dies between two attempts, whatever became of the first. */
const DEATH: Break = at({ kind: 'error', code: 40034005, when: 'before' })

/** Answers that deny what was done. Only a number proves them wrong, so they meet only messages that carry one. */
const LIES: readonly Break[] = ['c2c', 'group'].map((route) => ({
  match: { route, passive: true },
  action: { kind: 'error', code: 50055001, when: 'after' },
}))

const SCENES = ['c2c', 'group', 'channel', 'dm'] as const

/** Rounds that repeat with the random source. */
export const planRounds = (count: number, random: () => number): readonly Round[] => {
  const one = <T>(list: readonly T[]): T => {
    const item = list[Math.floor(random() * list.length)]
    if (item === undefined) throw new RangeError('nothing to choose from')
    return item
  }
  return Array.from({ length: count }, (_, index) => {
    const scene = one(SCENES)
    const reply = random() < 0.8
    const replayed = reply && random() < 0.2
    const oneBreak = (): Break => {
      const roll = random()
      if (roll < 0.15) return one(LIES)
      // No anchor comes to life again: what the earlier process was told would hold for the next one.
      return roll < 0.2 && !replayed ? DEATH : one(BREAKS)
    }
    return {
      index,
      scene,
      reply,
      markdown: random() < 0.3,
      replayed,
      breaks: Array.from({ length: Math.floor(random() * 4) }, oneBreak),
      age: random() < 0.5 ? 0 : random() * 1.3,
    }
  })
}

/** How a round ended, and how often the platform has executed its message. */
export interface Ending {
  readonly round: Round
  readonly outcome: SendResult | RestError
  /** What the earlier process was told, where there was one. */
  readonly earlier: SendResult | RestError | null
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

/** Someone says something in the scene of a round. */
const speak = (sim: Simulator, scene: Target['scene'], peer: string): { target: Target; id: string } => {
  if (scene === 'c2c') return { target: { scene, id: sim.user(peer).id }, id: sim.user(peer).say('hi').id }
  if (scene === 'dm') return { target: { scene, id: sim.dm(peer).id }, id: sim.dm(peer).say('hi').id }
  const place = scene === 'group' ? sim.group(peer) : sim.channel(peer)
  return { target: { scene, id: place.id }, id: place.user(peer).say('hi').id }
}

/** What a round works with. */
export interface Stage {
  readonly sim: Simulator
  /** Processes that know nothing of each other: the second one sends. */
  readonly processes: readonly [earlier: Rest, present: Rest]
  readonly count: (content: string) => number
  /** Lets this part of a reply window pass. */
  readonly age: (windows: number) => Promise<void>
}

/** Plays one round: someone says something, the platform is broken, the bot replies. */
export const playRound = async (
  { sim, processes: [earlier, present], count, age }: Stage,
  round: Round,
): Promise<Ending> => {
  const peer = `peer-${round.index}`
  const content = `reply ${round.index}`
  const { target, id } = speak(sim, round.scene, peer)
  const armed = round.breaks.map(({ action, match }) =>
    sim.faults.add({ on: 'call', match: { route: 'send', ...match, peer }, do: action }),
  )
  if (round.age > 0) await age(round.age)
  const message: OutgoingMessage = round.markdown ? { markdown: { content } } : { content }
  const anchor = round.reply ? { anchor: { msgId: id } } : {}
  const send = (rest: Rest, replayed: boolean): Promise<SendResult | RestError> =>
    rest.send(target, message, { ...anchor, replayed }).catch((error: unknown) => {
      if (RestError.is(error)) return error
      throw error
    })
  const before = round.replayed ? await send(earlier, false) : null
  const outcome = await send(present, round.replayed)
  for (const id of armed) sim.faults.clear(id)
  return { round, outcome, earlier: before, executed: () => count(content) }
}

/** Times that a message may be there: once. Without a number nobody can tell a repeat of the earlier process's own from it. */
const mostOf = ({ round, earlier }: Ending): number => {
  const numbered = round.scene === 'c2c' || round.scene === 'group'
  const told = earlier === null || (RestError.is(earlier) && earlier.delivered === 'no')
  return numbered || told ? 1 : 2
}

/** What is wrong with an ending, or `null`. */
export const faultOf = (ending: Ending): string | null => {
  const { round, outcome, executed } = ending
  const times = executed()
  const wrong = (what: string): string => `${what}: ${JSON.stringify({ round, outcome })}`
  if (times > mostOf(ending)) return wrong(`executed ${times} times`)
  if (!RestError.is(outcome)) return times > 0 ? null : wrong(`${outcome.kind} without being executed`)
  if (times > 0)
    return outcome.delivered === 'unknown' ? null : wrong(`executed, but said to be ${outcome.delivered}`)
  return outcome.delivered === 'yes' ? wrong('not executed, but said to be') : null
}

/** What a run came across; without all of it, it would prove little. */
export const tally = (endings: readonly Ending[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  const add = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  for (const { round, outcome } of endings) {
    const failed = RestError.is(outcome)
    const ending = failed ? `error ${outcome.delivered}` : `${outcome.kind} ${outcome.mode}`
    add(ending)
    add(`${round.scene} ${failed ? 'error' : outcome.kind}`)
    if (round.replayed) add(`replayed ${ending}`)
    if (round.replayed) add(`replayed ${round.scene} ${failed ? 'error' : outcome.kind}`)
    if (!round.reply) add(`out of the blue ${ending}`)
    for (const step of outcome.steps) if (step.kind === 'fallback') add(step.name)
    if (failed && outcome.errCode === 40034005 && outcome.delivered === 'unknown') add('expired in between')
    if (round.breaks.some((one) => LIES.includes(one))) add('denied')
  }
  return counts
}

/** What each run must have come across. */
export const ALL: readonly string[] = [
  'sent passive',
  'sent proactive',
  'duplicate passive',
  'error no',
  'error unknown',
  'c2c sent',
  'c2c duplicate',
  'group sent',
  'group duplicate',
  'channel sent',
  'channel error',
  'dm sent',
  'dm error',
  'replayed duplicate passive',
  'replayed error unknown',
  'replayed c2c duplicate',
  'replayed group duplicate',
  'replayed channel sent',
  'replayed channel error',
  'replayed dm sent',
  'replayed dm error',
  'out of the blue sent proactive',
  'out of the blue error unknown',
  'proactive',
  'plain_text',
  'expired in between',
  'denied',
]
