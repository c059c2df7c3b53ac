import type { Clock, Limiter, LimitOutcome, LimitPermit, LimitRefusal } from '@qqkit/core'
import { type Cancellation, onAbort } from '@qqkit/core/internal'
import { guildQuota, type QuotaClass } from '@qqkit/protocol'

import { RestError, withErrorContext } from '../errors/rest-error.js'
import type { GuildChannels } from '../limits/guild-channels.js'
import { quotaClassOf, QuotaWait } from '../limits/quotas.js'
import { untilMidnight } from '../limits/windows.js'
import type { RestAnswer, RestStep } from '../types/call.js'
import type { PipelineCall, PipelineNext, PipelineStage } from './call.js'
import { isQuotaRefusal, NOT_SENT, SENT, settle } from './limit-stage.js'

/** Dependencies of the quota stage. */
export interface QuotaStageDeps {
  /** Counts messages, not attempts in flight. */
  readonly quotas: Limiter
  readonly guilds: GuildChannels
  readonly clock: Clock
  /** How long a message may wait for its quota by default, in ms. */
  readonly quotaTimeout: number
  /** Cancelled when the client begins to close: a message that waits for its quota has not left. */
  readonly closing: Cancellation
}

/** A refusal as too frequent names no time; the windows in question are minutes (§6.4). */
const MINUTE = 60_000
/** Wake-up messages have a separate quota, which says nothing about others (§6.4). */
const WAKEUP_USED_UP = 40034122

/** The limiter outcome of a failed call. After a refusal for the quota, the quota is used up until its window ends. */
const quotaOutcome = (error: unknown, wall: number): LimitOutcome => {
  if (!RestError.is(error)) return SENT
  if (isQuotaRefusal(error)) return { kind: 'limited', retryAfter: Math.max(error.retryAfter ?? 0, MINUTE) }
  const daily =
    error.situation === 'quota' && error.facts?.proactiveOnly && error.facts.code !== WAKEUP_USED_UP
  if (daily) return { kind: 'limited', retryAfter: untilMidnight(wall) }
  // The quota counts messages: one that was not accepted frees its place.
  return error.delivered === 'no' ? NOT_SENT : SENT
}

const NO_STEPS: readonly RestStep[] = Object.freeze([])

const retryStep = ({ situation, errCode, delivered }: RestError, delay: number): RestStep => ({
  kind: 'retry',
  situation,
  errCode,
  delivered,
  delay,
})

const withSteps = (error: RestError, steps: readonly RestStep[]): RestError =>
  steps === NO_STEPS ? error : withErrorContext(error, { steps: [...steps, ...error.steps] })

const seconds = (ms: number): number => Math.ceil(ms / 1000)

const noRoom = ({ method, route }: PipelineCall, quota: string, retryAfter: number): RestError =>
  new RestError({
    code: 'rate_limited',
    message: `${method} ${route}: the quota ${quota} has room in ${seconds(retryAfter)} s at the earliest`,
    situation: 'limited',
    delivered: 'no',
    retry: 'never',
    facts: null,
    retryAfter,
    access: 'rate_limited',
    advice: {
      en: `Nothing was sent: proactive messages have a quota. Send it in ${seconds(retryAfter)} s, let it wait longer (quotaTimeout), or send it as a reply, which needs no quota.`,
      zh: `消息没有发出：主动消息有频率配额。请在 ${seconds(retryAfter)} 秒后再发送，或延长等待时间（quotaTimeout），或改为被动回复（不占配额）。`,
    },
  })

const acquire = async (
  deps: QuotaStageDeps,
  call: PipelineCall,
  routeClass: QuotaClass,
  maxWait: number,
): Promise<LimitPermit | LimitRefusal> => {
  const { quotas, guilds, closing } = deps
  const { target, priority, outer } = call
  const guild = routeClass === 'channel.proactive' ? guilds.guildOf(target) : undefined
  const scope = {
    routeClass,
    target,
    priority,
    proactive: true,
    maxWait,
    ...(guild !== undefined && { guild }),
  }
  outer?.throwIfAborted()
  closing.throwIfCancelled()
  const place = quotas.take?.(scope)
  if (place) return place
  const ending = new AbortController()
  const signals = outer ? [outer, closing.signal] : [closing.signal]
  const leave = signals.map((signal) => onAbort(signal, () => ending.abort(signal.reason)))
  try {
    return await quotas.acquire(scope, ending.signal)
  } finally {
    for (const stop of leave) stop()
  }
}

const pass = async (
  deps: QuotaStageDeps,
  call: PipelineCall,
  next: PipelineNext,
  quota: QuotaClass,
): Promise<RestAnswer> => {
  const { guilds, clock, quotaTimeout } = deps
  const wait = call.quota ?? new QuotaWait(quotaTimeout)
  const time = call.deadlineAt - clock.now()
  let steps: readonly RestStep[] = NO_STEPS
  for (let refusal: RestError | null = null; ;) {
    const asked = clock.now()
    const place = await acquire(deps, call, quota, wait.left)
    if (!place.granted) {
      const { retryAfter, limit = quota } = place
      const ofGuild = quota === 'channel.proactive' && !guilds.hasRoom(clock.now(), call.target)
      throw refusal
        ? withErrorContext(refusal, { retryAfter, steps })
        : noRoom(call, ofGuild ? guildQuota : limit, retryAfter)
    }
    const now = clock.now()
    wait.add(now - asked)
    if (refusal) steps = [...steps, ...refusal.steps, retryStep(refusal, now - asked)]
    try {
      const answer = await next({ ...call, deadlineAt: now + time })
      // Before settling, so that a store counts the channel for its guild.
      if (quota === 'channel.proactive') guilds.observe(answer.body, call.target)
      settle(place, SENT)
      return steps === NO_STEPS ? answer : { ...answer, steps: [...steps, ...answer.steps] }
    } catch (error) {
      settle(place, quotaOutcome(error, clock.wall()))
      if (!RestError.is(error)) throw error
      if (!isQuotaRefusal(error) || error.delivered !== 'no') throw withSteps(error, steps)
      refusal = error
    }
  }
}

/**
 * Lets a proactive message wait for its quota (§6.4) before its timeout starts. After a refusal for the quota it waits
 * again, because the platform's count overrides ours.
 */
export const quotaStage =
  (deps: QuotaStageDeps): PipelineStage =>
  (next) =>
  (call) => {
    const quota = call.proactive ? quotaClassOf(call) : undefined
    return quota === undefined ? next(call) : pass(deps, call, next, quota)
  }
