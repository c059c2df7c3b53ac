import { messageLimits, type Scene } from '@qqkit/protocol'
import * as v from 'valibot'

import { checkShape } from '../checks/check-shape.js'
import { upTo } from '../checks/shapes.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { isBlank, wholeText } from './characters.js'
import { escapeMarkdown } from './escape.js'
import { makeMarkup } from './made-markup.js'
import { RichText } from './rich-text.js'

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

/**
 * How a mention is written: the newer tag, or the older one, which the platform itself delivers
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 */
export type MentionForm = '<qqbot-at-user>' | '<@id>'

/** What {@link mention} can be told. */
export interface MentionInit {
  /** Where it is going to stand. Default: the form that groups and channels have. */
  readonly scene?: MentionScene | undefined
  /**
   * Default: that of the scene. CONFLICT
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}: groups are reported
   * to take either the one or the other.
   */
  readonly form?: MentionForm | undefined
  /** Shown where nobody can be mentioned, as when markdown is refused. Default: the name of the event, or the id. */
  readonly name?: string | undefined
}

/** Someone as events tell: `ctx.author`, one of `ctx.message.mentions`. */
export interface Mentionable {
  readonly id: string | null
  readonly name?: string
}

/** The older tag is being retired where there is a newer one (§5.12). */
const FORMS: Readonly<Record<MentionScene, MentionForm>> = {
  group: '<qqbot-at-user>',
  channel: '<qqbot-at-user>',
  dm: '<@id>',
}

const WRITTEN: Readonly<Record<MentionForm, (user: string) => string>> = {
  '<qqbot-at-user>': (user) => `<qqbot-at-user id="${user}" />`,
  '<@id>': (user) => `<@${user}>`,
}

const oneOf = <K extends string>(path: string, known: Readonly<Record<K, unknown>>, value: K): K => {
  if (Object.hasOwn(known, value)) return value
  const hint = `nobody can be mentioned so: one of ${Object.keys(known).join(', ')}`
  throw new InvalidRequestError({ path, hint, received: value })
}

/**
 * Mentions someone ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 * Markdown renders it, and guild texts: a message whose text it stands in is sent as what does, and names the person
 * where nothing does.
 *
 * @param who the member openid in a group or the user id in a guild, or who an event tells of
 * @param init default: the form that groups and channels have
 * @throws InvalidRequestError for what is no id
 */
export const mention = (who: string | Mentionable, init: MentionScene | MentionInit = {}): RichText => {
  const { scene = 'group', form, name } = typeof init === 'string' ? { scene: init } : init
  const person: Mentionable = typeof who === 'object' && who !== null ? who : { id: who }
  const written = form === undefined ? FORMS[oneOf('scene', FORMS, scene)] : oneOf('form', WRITTEN, form)
  const shown = name ?? person.name ?? ''
  return makeMarkup(WRITTEN[written](id('userId', person.id ?? '')), isBlank(shown) ? null : shown)
}

/**
 * Mentions everyone; in channels only, and with the permission to
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 */
export const mentionEveryone = (): RichText => makeMarkup('<qqbot-at-everyone />')

/** Mentions in the form that is wanted, wherever the newer one stands. */
export const withMentionForm = (markdown: string, form: MentionForm): string =>
  form === '<@id>' ? markdown.replaceAll(/<qqbot-at-user\s+id="([^"<>\n]*)"\s*\/?>/g, '<@$1>') : markdown

/**
 * Links to a channel of the same guild
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 *
 * @throws InvalidRequestError for what is no id
 */
export const channelLink = (channelId: string): RichText => new RichText(`<#${id('channelId', channelId)}>`)

/**
 * A system emoji by its number, in guilds
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}). Others are written
 * as they are.
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
 * Text that is sent by who taps on it; markdown in private chats
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 *
 * @throws InvalidRequestError when it is empty or longer than 100 characters
 */
export const commandEnter = (text: string): RichText =>
  makeMarkup(`<qqbot-cmd-enter text="${attribute('text', text)}" />`)

/** How a command is shown, and what it does besides. */
export interface CommandInputInit {
  /** What people see; default the command. At most 100 characters. */
  readonly show?: string | undefined
  /** Quotes the message that carries it. Default `false`. */
  readonly reference?: boolean | undefined
}

/**
 * Text that is put into the input box of who taps on it; markdown
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 *
 * @throws InvalidRequestError when it is empty or longer than 100 characters
 */
export const commandInput = (
  text: string,
  { show = text, reference = false }: CommandInputInit = {},
): RichText => {
  const shown = attribute('show', show)
  return makeMarkup(
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
 * A link; markdown. Its domain has to be registered in the console
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}).
 *
 * @throws InvalidRequestError for what is no URL
 */
export const link = (text: string, url: string): RichText => makeMarkup(`[${label(text)}](${address(url)})`)

/** What an image shows, and how large. Sizes in px: both or none. */
export interface InlineImageInit {
  /** Shown where the image is not; default `'image'`. */
  readonly text?: string | undefined
  readonly width: number
  readonly height: number
}

/**
 * An image by its public address; markdown
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 *
 * @throws InvalidRequestError for what is no URL or no size
 */
export const inlineImage = (url: string, { text = 'image', width, height }: InlineImageInit): RichText => {
  const size = v.pipe(v.number('give px'), v.integer('give whole px'), v.minValue(1, 'at least 1 px'))
  checkShape(v.strictObject({ width: size, height: size }), { width, height }, 'image')
  // The size is told in the text: what looks like one there must not be taken for it.
  const shown = label(text).replaceAll(/(?<![\\&])#/g, String.raw`\#`)
  return makeMarkup(`![${shown} #${width}px #${height}px](${address(url)})`)
}
