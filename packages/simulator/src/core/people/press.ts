import { putBounded } from '../bounded-map.js'
import { publish } from '../gateway/events.js'
import { eventId } from '../ids.js'
import { drawUuid } from '../random.js'
import { timestampText } from '../time.js'
import type { Bot, Interaction, Peer, World } from '../world.js'
import { waitForCode } from './clicks.js'
import { buttonsOf, type Button } from './keyboards.js'
import { personIdOf } from './peers.js'
import { keepAnchor } from './say.js'

/** Which button: a message's button by its id, data or label, or anything that looks like one. */
export interface Press {
  /** Id of the bot's message; default: the newest with buttons in this conversation. */
  readonly message?: string
  /** Id, data or label of the button. */
  readonly button: string
  /**
   * 11 message button (default), 12 quick menu
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-5 §4.5}).
   */
  readonly type?: number
}

/** A press that the bot was told of. */
export interface Pressed {
  /** `d.id`: what `PUT /interactions/{id}` takes. */
  readonly id: string
  /** The outer `id` of the frame: what `event_id` takes. */
  readonly eventId: string
}

interface Target {
  readonly message: string | null
  readonly button: Button
}

const named = (button: Button, name: string): boolean =>
  button.id === name || button.data === name || button.label === name

const findButton = (world: World, bot: Bot, peer: Peer, press: Press): Target => {
  const messages = [...world.messages.values()]
    .filter(
      ({ bot: appId, direction, peerId }) => appId === bot.appId && direction === 'out' && peerId === peer.id,
    )
    .filter(({ id }) => press.message === undefined || press.message === id)
  for (const message of messages.toReversed()) {
    const button = buttonsOf(message.payload).find((candidate) => named(candidate, press.button))
    if (button) return { message: message.id, button }
  }
  if (press.type === 12)
    return { message: null, button: { id: press.button, label: '', data: press.button, action: 1 } }
  throw new RangeError(`there is no button "${press.button}" in ${peer.scene} ${peer.name}`)
}

/** Scene, `chat_type` and the operator's ids. CONFLICT: one client's enum has 3 for channels (§4.5). */
const whereabouts = (bot: Bot, peer: Peer, person: string): Readonly<Record<string, unknown>> => {
  const id = personIdOf(bot.appId, peer.scene, peer.name, person)
  if (peer.scene === 'c2c') return { scene: 'c2c', chat_type: 2, user_openid: id }
  if (peer.scene === 'group') {
    return { scene: 'group', chat_type: 1, group_openid: peer.id, group_member_openid: id }
  }
  const guild = peer.scene === 'dm' ? peer.id : peer.guildId
  return { scene: 'guild', chat_type: 0, guild_id: guild, channel_id: peer.id }
}

/** A person presses a button that calls the bot back (§4.5). */
export const pressButton = (world: World, bot: Bot, peer: Peer, person: string, press: Press): Pressed => {
  const { message, button } = findButton(world, bot, peer, press)
  const id = drawUuid(world.random)
  const outer = eventId(world.random, 'INTERACTION_CREATE')
  const type = press.type ?? 11
  const guild = peer.scene === 'channel' || peer.scene === 'dm'
  const resolved = {
    ...(type === 12 ? { feature_id: button.id } : { button_id: button.id, button_data: button.data }),
    ...(guild ? { user_id: personIdOf(bot.appId, peer.scene, peer.name, person) } : {}),
    ...(message === null || !guild ? {} : { message_id: message }),
  }
  keepAnchor(world, {
    id: outer,
    kind: 'event',
    bot: bot.appId,
    scene: peer.scene,
    peerId: peer.id,
    person,
    t: 'INTERACTION_CREATE',
  })
  const interaction: Interaction = {
    id,
    bot: bot.appId,
    at: world.now,
    peer: peer.name,
    person,
    type,
    over: bot.webhook === null ? 'gateway' : 'webhook',
    outcome: waitForCode(world, id, type),
  }
  putBounded(world.interactions, id, interaction, world.settings.memory)
  publish(world, bot, {
    t: 'INTERACTION_CREATE',
    id: outer,
    interaction: id,
    peer,
    person,
    guildId: guild ? peer.guildId : null,
    d: {
      id,
      application_id: bot.appId,
      type,
      version: 1,
      timestamp: timestampText(world.now),
      ...whereabouts(bot, peer, person),
      data: { type, resolved },
    },
  })
  return { id, eventId: outer }
}
