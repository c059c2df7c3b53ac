import type { Bot } from '../bot/state.js'
import { isWanted, publish } from '../events/publish.js'
import { eventId, guildMessageId, messageId, referenceIndex } from '../kernel/ids.js'
import { record } from '../kernel/kernel.js'
import { keepAnchor } from '../messages/anchor.js'
import { filesOf } from '../messages/contents.js'
import { keepMessage } from '../messages/keep.js'
import { personIdOf } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import type { Scene } from '../rules/scene.js'
import { type Draft, guildPayload, type SayOptions, userPayload } from './said-payload.js'
import type { ActionsWorld } from './state.js'

/** A message that a person sent. */
export interface Said {
  /** Message id: the `msg_id` of a reply. */
  readonly id: string
  /** The outer `id` of the event frame. */
  readonly eventId: string
}

/** An event for a message, and whether its text keeps the mention of the bot. */
interface MessageEvent {
  readonly t: string
  readonly mention: Draft['mention']
}

const groupAtEvent: MessageEvent = { t: 'GROUP_AT_MESSAGE_CREATE', mention: 'removed' }

/** Events of a group in full-message mode: one or two, with or without the mention, by the live switches (§4.3). */
const fullModeEvents = (world: ActionsWorld, at: boolean): readonly MessageEvent[] => {
  const whole: MessageEvent = { t: 'GROUP_MESSAGE_CREATE', mention: world.live.ownMention }
  return at && world.live.fullModeEvents === 'both' ? [groupAtEvent, whole] : [whole]
}

const messageEvent = (t: string): MessageEvent => ({ t, mention: 'removed' })

/** Events of a channel. A private bot that asked for all messages gets each mention twice (§4.6). */
const channelEvents = (world: ActionsWorld, bot: Bot, peer: Peer, at: boolean): readonly MessageEvent[] => {
  const all = messageEvent('MESSAGE_CREATE')
  if (!at) return [all]
  const twice = isWanted(world, bot, { t: all.t, d: null, guildId: peer.guildId })
  return [messageEvent('AT_MESSAGE_CREATE'), ...(twice ? [all] : [])]
}

/** The events of a message; the first one names it. C2C and DMs have no mentions. */
const messageEvents: Readonly<
  Record<Scene, (world: ActionsWorld, bot: Bot, peer: Peer, at: boolean) => readonly MessageEvent[]>
> = {
  c2c: () => [messageEvent('C2C_MESSAGE_CREATE')],
  group: (world, _bot, peer, at) =>
    peer.hearsAll ? fullModeEvents(world, at) : [at ? groupAtEvent : messageEvent('GROUP_MESSAGE_CREATE')],
  channel: channelEvents,
  dm: () => [messageEvent('DIRECT_MESSAGE_CREATE')],
}

/** Whether the message reaches the bot: it is present, and mentioned or in full-message mode (§4.3, §3.8). */
const isHeard = (bot: Bot, peer: Peer, at: boolean): boolean =>
  peer.present &&
  (at || (peer.scene === 'group' ? peer.hearsAll : peer.scene !== 'channel' || bot.privateDomain))

const payloadOf = (world: ActionsWorld, draft: Draft): object => {
  const guild = draft.peer.scene === 'channel' || draft.peer.scene === 'dm'
  const { payload, without = [] } = draft.options
  const whole = { ...(guild ? guildPayload(world, draft) : userPayload(world, draft)), ...payload }
  return Object.fromEntries(Object.entries(whole).filter(([field]) => !without.includes(field)))
}

/** A person sends a message to a conversation of the bot. */
export const say = (
  world: ActionsWorld,
  bot: Bot,
  peer: Peer,
  author: string,
  text: string,
  options: SayOptions = {},
): Said => {
  const guild = peer.scene === 'channel' || peer.scene === 'dm'
  const id = options.id ?? (guild ? guildMessageId(world.random) : messageId(world.random))
  const refIdx = options.index ?? referenceIndex(world.random)
  const at = options.at !== false
  const quoted = options.quote === undefined ? undefined : world.messages.get(options.quote)
  const draft: Omit<Draft, 'mention'> = { bot, peer, author, text, options, id, refIdx, quoted }
  const tellings = messageEvents[peer.scene](world, bot, peer, at)
  const payloads = new Map<Draft['mention'], object>()
  const payloadFor = (mention: Draft['mention']): object => {
    const known = payloads.get(mention) ?? payloadOf(world, { ...draft, mention })
    payloads.set(mention, known)
    return known
  }
  const [first = groupAtEvent] = tellings
  const d = payloadFor(first.mention)
  keepAnchor(world, {
    id,
    kind: 'message',
    bot: bot.appId,
    scene: peer.scene,
    peerId: peer.id,
    person: author,
    t: first.t,
  })
  keepMessage(world, {
    id,
    bot: bot.appId,
    direction: 'in',
    scene: peer.scene,
    peerId: peer.id,
    peer: peer.name,
    authorId: personIdOf(bot.appId, peer.scene, peer.name, author),
    author,
    content: text,
    at: world.now,
    payload: d,
    recalled: false,
    replyTo: null,
    refIdx,
  })
  record(world, {
    kind: 'message',
    direction: 'in',
    bot: bot.appId,
    scene: peer.scene,
    peer: peer.name,
    peerId: peer.id,
    author,
    id,
    content: text,
    payload: d,
    files: filesOf(world, d),
    refIdx,
    replyTo: null,
    change: 'sent',
  })
  const outer = eventId(world.random, first.t)
  if (!isHeard(bot, peer, at)) return { id, eventId: outer }
  for (const { t, mention } of tellings) {
    const event = {
      t,
      d: payloadFor(mention),
      guildId: guild ? peer.guildId : null,
      peer,
      person: author,
      id: t === first.t ? outer : eventId(world.random, t),
    }
    // Only the first event, which names the message, is copied.
    for (let copy = 0; copy < (t === first.t ? (options.copies ?? 1) : 1); copy += 1)
      publish(world, bot, event)
  }
  return { id, eventId: outer }
}
