import { ImpossibleError } from '../kernel/impossible.js'
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

import { cutText } from '@qqkit/core/internal'

import type { Bot } from '../bot/state.js'
import { frameText } from '../gateway/frame-text.js'
import type { PlatformEvent } from '../gateway/state.js'
import { strikeFault } from '../kernel/fault-matching.js'
import type { PushOutcome } from '../kernel/input.js'
import { emit, later, record } from '../kernel/kernel.js'
import { drawHex } from '../kernel/random.js'
import { unixSeconds } from '../kernel/time.js'
import { opcodes } from '../rules/opcodes.js'
import { acknowledgeClick, codeIn } from './clicks.js'
import type { EventsWorld, OpenPush, PushAnswer } from './state.js'

const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The secret, doubled until it has 32 bytes, and cut there (§7.3). */
const seedOf = (secret: string): Buffer => {
  let seed = Buffer.from(secret)
  while (seed.length < 32) seed = Buffer.concat([seed, seed])
  return seed.subarray(0, 32)
}

const keyOf = (secret: string): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seedOf(secret)]), format: 'der', type: 'pkcs8' })

/** Ed25519 over `text` with the key of a secret, in hex (§7.3). */
export const signText = (secret: string, text: string): string =>
  sign(null, Buffer.from(text), keyOf(secret)).toString('hex')

/** Whether a signature in hex belongs to a text. */
export const verifyText = (secret: string, text: string, signature: string): boolean => {
  const bytes = Buffer.from(signature, 'hex')
  return bytes.length === 64 && verify(null, Buffer.from(text), createPublicKey(keyOf(secret)), bytes)
}

/** Posts a push once; `forged` breaks its signature. */
const post = (world: EventsWorld, open: OpenPush, forged: boolean): void => {
  const bot = world.bots.get(open.bot)
  if (!bot) return
  const timestamp = String(unixSeconds(world.now))
  const signature = signText(bot.secret, timestamp + open.body)
  const flipped = (Number.parseInt(signature[0] ?? '0', 16) ^ 1).toString(16) + signature.slice(1)
  emit(world, {
    kind: 'post',
    push: open.push,
    url: open.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'QQBot-Callback',
      'x-bot-appid': bot.appId,
      // CONFLICT: it is unknown whether the address check is signed (§7.4); the docs example is not.
      ...(open.expects.kind === 'proof'
        ? {}
        : {
            'x-signature-ed25519': forged ? flipped : signature,
            'x-signature-timestamp': timestamp,
            // Seen on real requests; its meaning and values are not documented (§7.2).
            'x-signature-method': 'ed25519',
          }),
    },
    body: open.body,
    timeout: world.settings.pushTimeout,
  })
}

/** Sends a push that is due. */
export const sendPush = (world: EventsWorld, push: number): void => {
  const open = world.pushes.get(push)
  if (!open) return
  open.attempt += 1
  const fault = strikeFault(world, 'push', {
    bot: open.bot,
    t: open.t,
    peer: open.peer,
    person: open.person,
  })
  switch (fault?.do.kind) {
    case 'ignore':
      world.pushes.delete(push)
      return
    case 'delay':
      later(world, fault.do.ms, { kind: 'post', push })
      return
    case 'duplicate':
      post(world, open, false)
      post(world, open, false)
      return
    case 'forge':
      post(world, open, true)
      return
    case undefined:
      post(world, open, false)
  }
}

/** Posts a push that a fault held back. */
export const postNow = (world: EventsWorld, push: number): void => {
  const open = world.pushes.get(push)
  if (open) post(world, open, false)
}

const start = (
  world: EventsWorld,
  bot: Bot,
  url: string,
  frame: Pick<OpenPush, 't' | 'id' | 'peer' | 'person' | 'body'>,
  expects: PushAnswer,
): number => {
  const push = ++world.pushesMade
  world.pushes.set(push, { push, bot: bot.appId, ...frame, url, expects, startedAt: world.now, attempt: 0 })
  sendPush(world, push)
  return push
}

const noEvent = { t: null, id: null, peer: null, person: null } as const

/** Pushes an event to the bot's address, in the frame of §3.2 and signed (§7.2). */
export const pushEvent = (
  world: EventsWorld,
  bot: Bot,
  event: Omit<PlatformEvent, 'id'> & { readonly id: string },
): void => {
  if (bot.webhook === null) return
  const body = frameText({ op: opcodes.dispatch, id: event.id, t: event.t }, event.d)
  start(
    world,
    bot,
    bot.webhook,
    { t: event.t, id: event.id, peer: event.peer?.name ?? null, person: event.person ?? null, body },
    { kind: 'event', interaction: event.interaction ?? null },
  )
}

/** Sends the address check, which the bot answers with a proof of its secret (§7.4). Returns the number of the push. */
export const validateAddress = (world: EventsWorld, bot: Bot): number => {
  if (bot.webhook === null)
    throw new ImpossibleError(
      `bot ${bot.appId} has no webhook address`,
      `机器人 ${bot.appId} 没有 webhook 地址`,
    )
  const plain = drawHex(world.random, 20)
  const timestamp = String(unixSeconds(world.now))
  const body = JSON.stringify({
    op: opcodes.callbackValidation,
    d: { plain_token: plain, event_ts: timestamp },
  })
  return start(world, bot, bot.webhook, { ...noEvent, body }, { kind: 'proof', timestamp, plain })
}

/** Sends a heartbeat to the bot's address: op 1 with a number, which op 11 must repeat (§7.5). */
export const pushHeartbeat = (world: EventsWorld, bot: Bot): void => {
  if (bot.webhook === null) return
  const d = unixSeconds(world.now)
  const push = start(
    world,
    bot,
    bot.webhook,
    { ...noEvent, body: JSON.stringify({ op: opcodes.heartbeat, d }) },
    { kind: 'heartbeat', d },
  )
  record(world, { kind: 'heartbeat', change: 'asked', bot: bot.appId, connection: null, push, ms: 0 })
}

type Json = Readonly<Record<string, unknown>>

/** The JSON object of an answer; empty when the body is none. */
const objectIn = (body: string): Json => {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Json) : {}
  } catch {
    return {}
  }
}

const proves = (
  bot: Bot,
  { timestamp, plain }: Extract<PushAnswer, { kind: 'proof' }>,
  answer: Json,
): boolean => {
  const { signature } = answer
  return (
    answer['plain_token'] === plain &&
    typeof signature === 'string' &&
    verifyText(bot.secret, timestamp + plain, signature)
  )
}

/** Whether an answer with a 2xx status is the expected one. */
const isAnswer = (bot: Bot, expects: PushAnswer, answer: Json): boolean => {
  switch (expects.kind) {
    case 'proof':
      return proves(bot, expects, answer)
    case 'heartbeat':
      return answer['op'] === opcodes.heartbeatAck && answer['d'] === expects.d
    case 'event':
      // The service is lenient with the body; only `d: 1` under op 12 means failed (§7.5).
      return answer['op'] !== opcodes.callbackAck || answer['d'] !== 1
  }
  return false
}

/** Reads the code of a click from the answer to its push (§7.7). */
const takeCode = (world: EventsWorld, expects: PushAnswer, answer: Json): void => {
  const click = expects.kind === 'event' && expects.interaction !== null ? expects.interaction : null
  const interaction = click === null ? undefined : world.interactions.get(click)
  const code = codeIn(answer['code'])
  if (interaction && answer['op'] === opcodes.callbackAck && code !== null)
    acknowledgeClick(world, interaction, code, 'answer')
}

/** Takes the outcome of a push. Without a 2xx the push is repeated after the configured waits. */
export const pushDone = (world: EventsWorld, push: number, outcome: PushOutcome): void => {
  const open = world.pushes.get(push)
  const bot = open && world.bots.get(open.bot)
  if (!open || !bot) return
  const answered = outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300
  const body = outcome.kind === 'answered' ? outcome.body : outcome.reason
  const answer = answered ? objectIn(body) : {}
  const accepted = answered && isAnswer(bot, open.expects, answer)
  record(world, {
    kind: 'push',
    push,
    bot: bot.appId,
    t: open.t,
    id: open.id,
    attempt: open.attempt,
    status: outcome.kind === 'answered' ? outcome.status : 0,
    outcome: accepted ? 'accepted' : outcome.kind === 'answered' ? 'refused' : 'failed',
    body: cutText(body, 4_096),
  })
  if (accepted) takeCode(world, open.expects, answer)
  if (open.expects.kind === 'heartbeat') {
    const change = accepted ? 'answered' : 'missed'
    const ms = world.now - open.startedAt
    record(world, { kind: 'heartbeat', change, bot: bot.appId, connection: null, push, ms })
  }
  const wait = world.settings.pushRetries[open.attempt - 1]
  if (accepted || open.expects.kind !== 'event' || wait === undefined) world.pushes.delete(push)
  else later(world, wait, { kind: 'push', push })
}
