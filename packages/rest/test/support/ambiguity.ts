import type { CallAction, FaultMatch, Simulator } from '@qqkit/simulator'

import { type Rest, RestError, type SendResult, type Target, type WireMessage } from '../../src/index.js'

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
  /** Carries a picture by its address; channels and DMs take such. */
  readonly picture: boolean
  /**
   * Who else replies to the same message: a client with numbers of its own, at the same time, or one with the same numbers,
   * before.
   */
  readonly rival: 'bounded' | 'same' | null
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

/** What opens the ways out, in whatever order they come: an anchor that is dead or used up, refused markdown and media, quotas. */
const REFUSALS: readonly Break[] = [50056, 304021, 40034100, 40034105].map((code) =>
  at({ kind: 'error', code, when: 'before' }),
)
const DEATHS: readonly Break[] = [
  DEATH,
  at({ kind: 'error', code: 40034128, when: 'before' }),
  at({ kind: 'error', code: 22009, when: 'before' }),
]

/** Answers that deny what was done. Only a number proves them wrong, so they meet only messages that carry one. */
const LIES: readonly Break[] = ['c2c', 'group'].map((route) => ({
  match: { route, passive: true },
  action: { kind: 'error', code: 50055001, when: 'after' },
}))

const SCENES = ['c2c', 'group', 'channel', 'dm'] as const

/** How rounds are planned. */
export interface PlanOptions {
  /** Whether fallbacks of every order are wanted, and others on the same anchor. */
  readonly crowded?: boolean
}

/** Rounds that repeat with the random source. */
export const planRounds = (
  count: number,
  random: () => number,
  { crowded = false }: PlanOptions = {},
): readonly Round[] => {
  const one = <T>(list: readonly T[]): T => {
    const item = list[Math.floor(random() * list.length)]
    if (item === undefined) throw new RangeError('nothing to choose from')
    return item
  }
  return Array.from({ length: count }, (_, index) => {
    const scene = one(SCENES)
    const reply = random() < 0.8
    const replayed = reply && random() < 0.2
    const numbered = scene === 'c2c' || scene === 'group'
    const rival =
      crowded && reply && !replayed && numbered && random() < 0.3 ? one(['bounded', 'same'] as const) : null
    const oneBreak = (): Break => {
      if (crowded && random() < 0.5) return one(replayed ? REFUSALS : [...REFUSALS, ...DEATHS])
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
      picture: crowded && !numbered && random() < 0.3,
      rival,
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
  /** What became of the message of the other client. */
  readonly rival: { readonly outcome: SendResult | RestError; readonly executed: () => number } | null
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
  /** A client whose answers have numbers of their own. */
  readonly bounded?: Rest
  readonly count: (content: string) => number
  /** Lets this part of a reply window pass. */
  readonly age: (windows: number) => Promise<void>
}

/** Plays one round: someone says something, the platform is broken, the bot replies. */
export const playRound = async (
  { sim, processes: [earlier, present], bounded = earlier, count, age }: Stage,
  round: Round,
): Promise<Ending> => {
  const peer = `peer-${round.index}`
  const content = `reply ${round.index}`
  const { target, id } = speak(sim, round.scene, peer)
  const theirs = `rival ${round.index}`
  const rivalSends = async (rest: Rest): Promise<SendResult | RestError> =>
    rest.send(target, theirs, { anchor: { msgId: id } }).catch((error: unknown) => {
      if (RestError.is(error)) return error
      throw error
    })
  const first = round.rival === 'same' ? await rivalSends(earlier) : null
  const armed = round.breaks.map(({ action, match }) =>
    sim.faults.add({ on: 'call', match: { route: 'send', ...match, peer }, do: action }),
  )
  if (round.age > 0) await age(round.age)
  const picture = round.picture && !round.markdown ? { image: 'https://pictures.test/cat.png' } : {}
  const message: WireMessage = round.markdown ? { markdown: { content } } : { content, ...picture }
  const anchor = round.reply ? { anchor: { msgId: id } } : {}
  const send = (rest: Rest, replayed: boolean): Promise<SendResult | RestError> =>
    rest.send(target, message, { ...anchor, replayed }).catch((error: unknown) => {
      if (RestError.is(error)) return error
      throw error
    })
  const before = round.replayed ? await send(earlier, false) : null
  const [outcome, beside] = await Promise.all([
    send(present, round.replayed),
    round.rival === 'bounded' ? rivalSends(bounded) : first,
  ])
  for (const id of armed) sim.faults.clear(id)
  const rival = beside && { outcome: beside, executed: () => count(theirs) }
  return { round, outcome, earlier: before, executed: () => count(content), rival }
}

/** Times that a message may be there: once. Without a number nobody can tell a repeat of the earlier process's own from it. */
const mostOf = ({ round, earlier }: Ending): number => {
  const numbered = round.scene === 'c2c' || round.scene === 'group'
  const told = earlier === null || (RestError.is(earlier) && earlier.delivered === 'no')
  return numbered || told ? 1 : 2
}

/**
 * Whether a client may believe that its message landed when it was another's: both use the same numbers, and an attempt of its
 * own may have been executed (ADR 0024).
 */
const mayBeMistaken = ({ round, outcome }: Ending): boolean =>
  round.rival === 'same' &&
  !RestError.is(outcome) &&
  outcome.kind === 'duplicate' &&
  outcome.steps.some((step) => step.kind === 'retry' && step.situation !== 'limited')

/** What is wrong with an ending, or `null`. */
export const faultOf = (ending: Ending): string | null => {
  const { round, rival, earlier } = ending
  const theirs = rival && faultOf({ ...rival, round: { ...round, rival: null }, earlier, rival: null })
  if (theirs) return `the rival's: ${theirs}`
  if (mayBeMistaken(ending)) return null
  const { outcome, executed } = ending
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
    if (round.rival) add(`beside a ${round.rival} rival ${ending}`)
    const ways = outcome.steps.flatMap((step) => (step.kind === 'fallback' ? [step.name] : []))
    if (ways.length > 1) add(ways.join(' > '))
    if (outcome.steps.some(({ kind }) => kind === 'next_seq')) add('moved')
    if (round.breaks.some((one) => LIES.includes(one))) add('denied')
  }
  return counts
}

/** What a crowded run must have come across besides. */
export const CROWDED: readonly string[] = [
  'proactive > plain_text',
  'plain_text > proactive',
  'proactive > media_bytes',
  'media_bytes > proactive',
  'moved',
  'beside a bounded rival sent passive',
  'beside a bounded rival duplicate passive',
  'beside a bounded rival sent proactive',
  'beside a same rival sent passive',
  'beside a same rival sent proactive',
]

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
