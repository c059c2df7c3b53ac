import { messageLimits, type Scene } from '@qqkit/protocol'
import * as v from 'valibot'

import { checkShape } from '../checks/check-shape.js'
import { upTo } from '../checks/shapes.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { escapeMarkdown } from './escape-markdown.js'
import { RichText } from './rich-text.js'
import { wholeText } from './whole-text.js'

/** Ids are opaque, but none holds what would end a tag. */
const UNFIT = /[\s"'<>&]/

const id = (path: string, value: string): string => {
  if (typeof value === 'string' && value !== '' && !UNFIT.test(value)) return value
  throw new InvalidRequestError({
    path,
    hint: 'use the id exactly as the event carried it',
    received: value,
  })
}

/** Where people can be mentioned. */
export type MentionScene = Exclude<Scene, 'c2c'>

/** How a user is mentioned (§5.12): the older tag is being retired where there is a newer one. */
const MENTIONS: Readonly<Record<MentionScene, (user: string) => string>> = {
  group: (user) => `<qqbot-at-user id="${user}" />`,
  channel: (user) => `<qqbot-at-user id="${user}" />`,
  dm: (user) => `<@${user}>`,
}

/**
 * Mentions someone (§5.12), in text and in markdown.
 *
 * @param userId the member openid in a group, the user id in a guild
 * @param scene default: the form that groups and channels have
 * @throws InvalidRequestError for what is no id
 */
export const mention = (userId: string, scene: MentionScene = 'group'): RichText => {
  if (!Object.hasOwn(MENTIONS, scene))
    throw new InvalidRequestError({ path: 'scene', hint: 'nobody can be mentioned here', received: scene })
  return new RichText(MENTIONS[scene](id('userId', userId)))
}

/** Mentions everyone; in channels only, and with the permission to (§5.12). */
export const mentionEveryone = (): RichText => new RichText('<qqbot-at-everyone />')

/**
 * Links to a channel of the same guild (§5.12).
 *
 * @throws InvalidRequestError for what is no id
 */
export const channelLink = (channelId: string): RichText => new RichText(`<#${id('channelId', channelId)}>`)

/**
 * A system emoji by its number, in guilds (§5.12). Others are written as they are.
 *
 * @throws InvalidRequestError for what is no id
 */
export const emoji = (emojiId: string | number): RichText =>
  new RichText(`<emoji:${id('emojiId', String(emojiId))}>`)

const command = upTo(messageLimits.commandTextLength)

const attribute = (path: string, text: string): string => {
  checkShape(v.strictObject({ [path]: command }), { [path]: text }, path)
  return encodeURIComponent(wholeText(text))
}

/**
 * Text that is sent by who taps on it; markdown in private chats (§5.12).
 *
 * @throws InvalidRequestError when it is empty or longer than 100 characters
 */
export const commandEnter = (text: string): RichText =>
  new RichText(`<qqbot-cmd-enter text="${attribute('text', text)}" />`)

/** How a command is shown, and what it does besides. */
export interface CommandInputInit {
  /** What people see; default the command. At most 100 characters. */
  readonly show?: string | undefined
  /** Quotes the message that carries it. Default `false`. */
  readonly reference?: boolean | undefined
}

/**
 * Text that is put into the input box of who taps on it; markdown (§5.12).
 *
 * @throws InvalidRequestError when it is empty or longer than 100 characters
 */
export const commandInput = (
  text: string,
  { show = text, reference = false }: CommandInputInit = {},
): RichText => {
  const shown = attribute('show', show)
  return new RichText(
    `<qqbot-cmd-input text="${attribute('text', text)}" show="${shown}" reference="${reference}" />`,
  )
}

/** Text between brackets. Some parsers take a backslash off too early there, so that brackets are entities. */
const label = (text: string): string =>
  escapeMarkdown(text)
    .replaceAll('\n', ' ')
    .replaceAll(String.raw`\[`, '&#91;')
    .replaceAll(String.raw`\]`, '&#93;')

/** What would end an address, or the brackets around it. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNFIT_URL = /[\s()<>\\"`\u0000-\u001F]/g

const address = (url: string): string => {
  if (!URL.canParse(url))
    throw new InvalidRequestError({ path: 'url', hint: 'give a whole URL', received: url })
  const fit = url.replaceAll(
    UNFIT_URL,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return fit.replaceAll(/&(?=#?\w+;)/g, '&amp;')
}

/**
 * A link; markdown. Its domain has to be registered in the console (§8).
 *
 * @throws InvalidRequestError for what is no URL
 */
export const link = (text: string, url: string): RichText => new RichText(`[${label(text)}](${address(url)})`)

/** What an image shows, and how large. Sizes in px: both or none. */
export interface InlineImageInit {
  /** Shown where the image is not; default `'image'`. */
  readonly text?: string | undefined
  readonly width: number
  readonly height: number
}

/**
 * An image by its public address; markdown (§5.3).
 *
 * @throws InvalidRequestError for what is no URL or no size
 */
export const inlineImage = (url: string, { text = 'image', width, height }: InlineImageInit): RichText => {
  const size = v.pipe(v.number('give px'), v.integer('give whole px'), v.minValue(1, 'at least 1 px'))
  checkShape(v.strictObject({ width: size, height: size }), { width, height }, 'image')
  // The size is told in the text: what looks like one there must not be taken for it.
  const shown = label(text).replaceAll(/(?<![\\&])#/g, String.raw`\#`)
  return new RichText(`![${shown} #${width}px #${height}px](${address(url)})`)
}
