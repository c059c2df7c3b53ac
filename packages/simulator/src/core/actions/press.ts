import type { Bot } from '../bot/state.js'
import { waitForCode } from '../events/clicks.js'
import { publish } from '../events/publish.js'
import type { Interaction } from '../events/state.js'
import { putBounded } from '../kernel/bounded-map.js'
import { eventId } from '../kernel/ids.js'
import { drawUuid } from '../kernel/random.js'
import { timestampText } from '../kernel/time.js'
import { keepAnchor } from '../messages/anchor.js'
import { personIdOf } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import type { ActionsWorld } from './state.js'

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The fields of a button that a press needs (§5.3). */
export interface Button {
  readonly id: string
  readonly label: string
  readonly data: string
  /** 0 link, 1 callback, 2 command, 3 mqqapi, 4 subscribe. */
  readonly action: number
}

const buttonOf = (value: unknown): Button | null => {
  if (!isRecord(value)) return null
  const render = isRecord(value['render_data']) ? value['render_data'] : {}
  const action = isRecord(value['action']) ? value['action'] : {}
  return {
    id: textOf(value['id']),
    label: textOf(render['label']),
    data: textOf(action['data']),
    action: Number(action['type'] ?? 0),
  }
}

/** The buttons of a message that the bot sent, row by row. */
const buttonsOf = (payload: unknown): readonly Button[] => {
  if (!isRecord(payload)) return []
  const prompt = isRecord(payload['prompt_keyboard']) ? payload['prompt_keyboard']['keyboard'] : undefined
  return [payload['keyboard'], prompt].flatMap((keyboard) => {
    const content = isRecord(keyboard) && isRecord(keyboard['content']) ? keyboard['content'] : {}
    return listOf(content['rows']).flatMap((row) =>
      (isRecord(row) ? listOf(row['buttons']) : []).flatMap((button) => buttonOf(button) ?? []),
    )
  })
}

/** The button to press: by its id, data or label. */
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

/** A press whose event was published. */
export interface Pressed {
  /** `d.id`: what `PUT /interactions/{id}` takes. */
  readonly id: string
  /** The outer `id` of the frame: the `event_id` of a reply. */
  readonly eventId: string
}

interface Target {
  readonly message: string | null
  readonly button: Button
}

const named = (button: Button, name: string): boolean =>
  button.id === name || button.data === name || button.label === name

const findButton = (world: ActionsWorld, bot: Bot, peer: Peer, press: Press): Target => {
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
const sceneFields = (bot: Bot, peer: Peer, person: string): Readonly<Record<string, unknown>> => {
  const id = personIdOf(bot.appId, peer.scene, peer.name, person)
  if (peer.scene === 'c2c') return { scene: 'c2c', chat_type: 2, user_openid: id }
  if (peer.scene === 'group') {
    return { scene: 'group', chat_type: 1, group_openid: peer.id, group_member_openid: id }
  }
  const guild = peer.scene === 'dm' ? peer.id : peer.guildId
  return { scene: 'guild', chat_type: 0, guild_id: guild, channel_id: peer.id }
}

/** A person presses a callback button (§4.5). */
export const pressButton = (
  world: ActionsWorld,
  bot: Bot,
  peer: Peer,
  person: string,
  press: Press,
): Pressed => {
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
      ...sceneFields(bot, peer, person),
      data: { type, resolved },
    },
  })
  return { id, eventId: outer }
}
