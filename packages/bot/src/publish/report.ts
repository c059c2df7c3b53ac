import type { Advice } from '@qqkit/core'
import type { PanelScope } from '@qqkit/protocol'

/** A part of the platform that is published: the menu of private chats, or the panel of a scope. */
export type PublishedPart = 'menu' | `panel ${PanelScope}`

/** What one part needs, by the names of its items. */
export interface PublishChange {
  readonly part: PublishedPart
  readonly action: 'keep' | 'create' | 'update' | 'delete'
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** Why a part cannot be published. */
export type ObstacleReason =
  | 'no_permission'
  | 'refused'
  | 'unreadable'
  | 'edited'
  | 'foreign'
  | 'too_many'
  | 'name_too_long'

/** What stands in the way of one part. */
export interface PublishObstacle {
  readonly part: PublishedPart
  readonly reason: ObstacleReason
  /** What was found, as a sentence. */
  readonly message: string
  /** What to write or do. */
  readonly advice: Advice
  /** The refusal of the platform; `null` where there is none. */
  readonly error: unknown
}

/** What `publish` found and did. */
export interface PublishReport {
  /** Every part that was compared. */
  readonly changes: readonly PublishChange[]
  /** The changes that were made, in order; none in a dry run. */
  readonly done: readonly PublishChange[]
  /** Empty, unless it is a dry run or part of an error. */
  readonly obstacles: readonly PublishObstacle[]
}

/** The texts of an obstacle; `name` is what `overwrite` takes, or the item in question. */
const TEXTS: Readonly<
  Record<ObstacleReason, (part: PublishedPart, name: string) => { readonly message: string } & Advice>
> = {
  no_permission: (part, code) => ({
    message: `the platform does not let this bot read or change the ${part} (${code})`,
    en:
      part === 'menu'
        ? 'Apply for it in the console, or leave the menu out: publish(bot, { menu: false }).'
        : 'Apply for panels in the console, or name the scopes that the bot has: publish(bot, { scopes: ["c2c", "group"] }).',
    zh:
      part === 'menu'
        ? '请在管理端申请权限，或不发布菜单：publish(bot, { menu: false })。'
        : '请在管理端申请面板权限，或只发布机器人已有的场景：publish(bot, { scopes: ["c2c", "group"] })。',
  }),
  refused: (part, why) => ({
    message: `the platform refused the ${part}: ${why}`,
    en: 'See `error` for the reason of the platform.',
    zh: '平台给出的原因见 error。',
  }),
  unreadable: (part) => ({
    message: `the platform answered with something else than the ${part}`,
    en: 'Call publish(bot) again later. If that does not help, look at the part in the console, and report it to the platform.',
    zh: '请稍后再次调用 publish(bot)；如仍无效，请在管理端查看该部分，并反馈给平台。',
  }),
  edited: (part, name) => ({
    message: `the ${part} was changed after publish() wrote it, by hand or by another program`,
    en: `Look at it first. To replace it: publish(bot, { overwrite: ['${name}'] }).`,
    zh: `请先查看其内容；确认要覆盖时请写：publish(bot, { overwrite: ['${name}'] })。`,
  }),
  foreign: (part, name) => ({
    message: `there is a ${part} already that publish() did not write`,
    en: `Look at it first. To replace it: publish(bot, { overwrite: ['${name}'] }).`,
    zh: `请先查看其内容；确认要覆盖时请写：publish(bot, { overwrite: ['${name}'] })。`,
  }),
  too_many: (part, most) => ({
    message: `there are more items than the ${part} can have (${most})`,
    en:
      part === 'menu'
        ? "Choose them: publish(bot, { menu: ['ping', 'tea'] }), or menu: false."
        : 'Hide commands from help and panels: bot.command(name, { hidden: true }, …).',
    zh:
      part === 'menu'
        ? "请选择菜单项：publish(bot, { menu: ['ping', 'tea'] })，或 menu: false。"
        : '请隐藏部分指令：bot.command(name, { hidden: true }, …)。',
  }),
  name_too_long: (part, name) => ({
    message: `the name ${JSON.stringify(name)} is too long for the ${part}`,
    en:
      part === 'menu'
        ? "Give the item a short name: publish(bot, { menu: [{ name: 'Tea', type: 'send_message', send_message: '/…' }] }), or menu: false. A Chinese character counts 2 of 10."
        : 'A panel shows 14 characters, with the prefix: choose a shorter name, or hide the command with { hidden: true }.',
    zh:
      part === 'menu'
        ? "请为菜单项取短名：publish(bot, { menu: [{ name: '茶', type: 'send_message', send_message: '/…' }] })，或 menu: false。名称最多 10，一个汉字算 2。"
        : '面板最多显示 14 个字符（含前缀）：请缩短指令名，或用 { hidden: true } 隐藏该指令。',
  }),
}

/** @param name what `overwrite` takes, the item in question, or a number */
export const obstacleOf = (
  part: PublishedPart,
  reason: ObstacleReason,
  name = '',
  error: unknown = null,
): PublishObstacle => {
  const { message, en, zh } = TEXTS[reason](part, name)
  return { part, reason, message, advice: { en, zh }, error }
}
