import type { Bot } from '../bot/state.js'
import { waitForCode } from '../events/clicks.js'
import { publish } from '../events/publish.js'
import type { Interaction } from '../events/state.js'
import { putBounded } from '../kernel/bounded-map.js'
import { eventId } from '../kernel/ids.js'
import { ImpossibleError } from '../kernel/impossible.js'
import { record } from '../kernel/kernel.js'
import { drawUuid } from '../kernel/random.js'
import { timestampText } from '../kernel/time.js'
import { keepAnchor } from '../messages/anchor.js'
import { groupMemberNamed } from '../places/groups.js'
import { findGuild } from '../places/guilds.js'
import { hasRole, isAdmin, memberNamed } from '../places/members.js'
import { personIdOf } from '../places/peers.js'
import type { Peer } from '../places/state.js'
import { say } from './say.js'
import type { ActionsWorld } from './state.js'

/** `action.type` of a button (§5.3). */
const LINK = 0
const CALLBACK = 1
const COMMAND = 2

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
  /** Buttons of one group turn grey together; `''` for none. */
  readonly group: string
  readonly permission: Json
  /** Command buttons: whether the message quotes the one with the button. */
  readonly reply: boolean
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
    group: textOf(value['group_id']),
    permission: isRecord(action['permission']) ? action['permission'] : {},
    reply: action['reply'] === true,
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

/** A press whose event was published, or the message of a command button. */
export interface Pressed {
  /** `d.id`: what `PUT /interactions/{id}` takes. For a command button the id of its message. */
  readonly id: string
  /** The outer `id` of the frame: the `event_id` of a reply. */
  readonly eventId: string
}

interface Target {
  readonly message: string | null
  readonly button: Button
}

/** Most buttons that a message about a wrong one names. */
const MOST_LABELS = 10

const named = (button: Button, name: string): boolean =>
  button.id === name || button.data === name || button.label === name

const findButton = (world: ActionsWorld, bot: Bot, peer: Peer, press: Press): Target => {
  const messages = [...world.messages.values()]
    .filter(
      ({ bot: appId, direction, peerId, recalled }) =>
        appId === bot.appId && direction === 'out' && peerId === peer.id && !recalled,
    )
    .filter(({ id }) => press.message === undefined || press.message === id)
  for (const message of messages.toReversed()) {
    const button = buttonsOf(message.payload).find((candidate) => named(candidate, press.button))
    if (button) return { message: message.id, button }
  }
  if (press.type === 12)
    return {
      message: null,
      button: {
        id: press.button,
        label: '',
        data: press.button,
        action: CALLBACK,
        group: '',
        permission: {},
        reply: false,
      },
    }
  const labels = [...new Set(messages.flatMap(({ payload }) => buttonsOf(payload)).map(({ label }) => label))]
  const known = labels.slice(-MOST_LABELS).join(', ')
  throw new ImpossibleError(
    `there is no button "${press.button}" in ${peer.scene} ${peer.name}; ${known === '' ? 'the bot has sent no buttons' : `there are: ${known}`}`,
    `${peer.name} 里没有按钮“${press.button}”；${known === '' ? '机器人没有发送过按钮' : `现有：${known}`}`,
  )
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

/** Whether the permission of a button names a person: 0 listed, 1 admins, 2 everyone, 3 roles of a guild (§5.3). */
const mayPress = (world: ActionsWorld, peer: Peer, person: string, permission: Json): boolean => {
  const id = personIdOf(peer.bot, peer.scene, peer.name, person)
  const guild = peer.scene === 'channel' ? findGuild(world, peer.bot, peer.guildId ?? '') : undefined
  switch (permission['type']) {
    case 0:
      return listOf(permission['specify_user_ids']).includes(id)
    case 1:
      if (peer.scene === 'group') return groupMemberNamed(world, peer, person).role !== 'member'
      return guild ? isAdmin(memberNamed(world, guild, person)) : true
    case 3: {
      const roles = listOf(permission['specify_role_ids']).map(String)
      return !guild || roles.some((role) => hasRole(guild, memberNamed(world, guild, person), role))
    }
    default:
      return true
  }
}

const refusePress = (button: Button, en: string, zh: string): never => {
  const name = button.label || button.id
  throw new ImpossibleError(`the button "${name}" ${en}`, `按钮“${name}”${zh}`)
}

/** Refuses a press that the QQ client does not allow (§5.3). */
const checkPress = (world: ActionsWorld, peer: Peer, person: string, { message, button }: Target): void => {
  if (button.action === LINK && button.data !== '' && URL.canParse(button.data))
    refusePress(button, 'opens a link and presses nothing', '只会打开链接')
  if (!mayPress(world, peer, person, button.permission))
    refusePress(button, `is not for "${person}"`, `不允许“${person}”点击`)
  if (message === null || button.group === '') return
  const grey = world.greyed.get(message) ?? new Set()
  const key = `${person} ${button.group}`
  if (grey.has(key))
    refusePress(button, 'is grey: another of its group was pressed', '已置灰：同组按钮已被点击')
  putBounded(world.greyed, message, grey.add(key), world.settings.memory)
}

/** A person presses a button: a callback raises its event (§4.5), a command sends its text (§5.3). */
export const pressButton = (
  world: ActionsWorld,
  bot: Bot,
  peer: Peer,
  person: string,
  press: Press,
): Pressed => {
  const target = findButton(world, bot, peer, press)
  checkPress(world, peer, person, target)
  const { message, button } = target
  if (button.action === COMMAND)
    return say(
      world,
      bot,
      peer,
      person,
      button.data,
      button.reply && message !== null ? { quote: message } : {},
    )
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
  record(world, {
    kind: 'press',
    bot: bot.appId,
    scene: peer.scene,
    peer: peer.name,
    peerId: peer.id,
    author: person,
    id,
    message,
    button: button.id || button.data || button.label,
  })
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
