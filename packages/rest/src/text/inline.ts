import { messageLimits, type Scene } from '@qqkit/protocol'
import * as v from 'valibot'

import { checkShape } from '../checks/check-shape.js'
import { givenOptions } from '../checks/given.js'
import { upTo } from '../checks/shapes.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { isBlank, wholeText } from './characters.js'
import { escapeMarkdown } from './escape.js'
import { makeMarkup } from './made-markup.js'
import { RichText } from './rich-text.js'

/** Characters that no id contains, because they would end a tag. */
const UNFIT = /[\s"'<>&]/

const id = (path: string, value: string): string => {
  if (typeof value === 'string' && value !== '' && !UNFIT.test(value)) return value
  throw new InvalidRequestError({
    path,
    hint: 'use the id exactly as the event carried it',
    received: value,
  })
}

/** Scenes in which people can be mentioned. */
export type MentionScene = Exclude<Scene, 'c2c'>

/**
 * Form of a mention: the newer tag, or the older one, which the platform uses in events
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 */
export type MentionForm = '<qqbot-at-user>' | '<@id>'

/** Options of {@link mention}. */
export interface MentionInit {
  /** Scene of the message, which decides the form. Default: the form of groups and channels. */
  readonly scene?: MentionScene | undefined
  /**
   * Default: that of the scene. CONFLICT
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}: groups are reported
   * to accept only one of them.
   */
  readonly form?: MentionForm | undefined
  /**
   * Shown where a mention is not possible, e.g. when markdown is refused. Default: the name in the event, otherwise the
   * id.
   */
  readonly name?: string | undefined
}

/** A person from an event, e.g. `ctx.author` or one of `ctx.message.mentions`. */
export interface Mentionable {
  readonly id: string | null
  readonly name?: string
}

const MENTION: ReadonlySet<keyof MentionInit> = new Set(['scene', 'form', 'name'])

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
  const hint = `must be one of ${Object.keys(known).join(', ')}`
  throw new InvalidRequestError({ path, hint, received: value })
}

/**
 * Mentions a person ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 * Markdown and guild texts render it. A message with a mention in its text is sent in a form that renders it; where
 * none does, the name is shown.
 *
 * @example
 * await rest.send(target, text`${mention(ctx.author)} has won!`)
 *
 * @param who the member openid in a group, the user id in a guild, or a person from an event
 * @param init default: the form of groups and channels
 * @throws InvalidRequestError for a wrong id
 */
export const mention = (who: string | Mentionable, init: MentionScene | MentionInit = {}): RichText => {
  const given: MentionInit = typeof init === 'string' ? { scene: init } : givenOptions('init', init, MENTION)
  const { scene = 'group', form, name } = given
  const person: Mentionable = typeof who === 'object' && who !== null ? who : { id: who }
  const written = form === undefined ? FORMS[oneOf('scene', FORMS, scene)] : oneOf('form', WRITTEN, form)
  const shown = name ?? person.name ?? ''
  return makeMarkup(WRITTEN[written](id('userId', person.id ?? '')), isBlank(shown) ? null : shown)
}

/**
 * Mentions everyone; in channels only, and only with permission
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 */
export const mentionEveryone = (): RichText => makeMarkup('<qqbot-at-everyone />')

/** Rewrites mentions in markdown to the given form. */
export const withMentionForm = (markdown: string, form: MentionForm): string =>
  form === '<@id>' ? markdown.replaceAll(/<qqbot-at-user\s+id="([^"<>\n]*)"\s*\/?>/g, '<@$1>') : markdown

/**
 * Links to a channel of the same guild, for guild texts
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 *
 * @throws InvalidRequestError for a wrong id
 */
export const channelLink = (channelId: string): RichText => new RichText(`<#${id('channelId', channelId)}>`)

/**
 * A system emoji by its number, for guild texts
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}). Write Unicode emoji
 * directly.
 *
 * @throws InvalidRequestError for a wrong id
 */
export const emoji = (emojiId: string | number): RichText =>
  new RichText(`<emoji:${id('emojiId', typeof emojiId === 'number' ? String(emojiId) : emojiId)}>`)

const command = upTo(messageLimits.commandTextLength)

const attribute = (path: string, text: string): string => {
  checkShape(v.strictObject({ [path]: command }), { [path]: text }, path)
  return encodeURIComponent(wholeText(text))
}

/**
 * Text that a user sends by tapping on it; for markdown in private chats
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 *
 * @throws InvalidRequestError when the text is empty or longer than 100 characters
 */
export const commandEnter = (text: string): RichText =>
  makeMarkup(`<qqbot-cmd-enter text="${attribute('text', text)}" />`)

/** Options of {@link commandInput}. */
export interface CommandInputInit {
  /** Displayed text, at most 100 characters; default: the command. */
  readonly show?: string | undefined
  /** Whether to quote the message that contains the command. Default `false`. */
  readonly reference?: boolean | undefined
}

const COMMAND_INPUT: ReadonlySet<keyof CommandInputInit> = new Set(['show', 'reference'])

/**
 * Text that a tap puts into the input box; for markdown
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 *
 * @example
 * markdown`Try ${commandInput('/help')}.`
 * @throws InvalidRequestError when the text is empty or longer than 100 characters
 */
export const commandInput = (text: string, init: CommandInputInit = {}): RichText => {
  const { show = text, reference = false } = givenOptions('init', init, COMMAND_INPUT)
  const shown = attribute('show', show)
  return makeMarkup(
    `<qqbot-cmd-input text="${attribute('text', text)}" show="${shown}" reference="${reference}" />`,
  )
}

/** Text between brackets. Brackets become entities, because some parsers remove the backslash too early. */
const label = (text: string): string =>
  escapeMarkdown(text)
    .replaceAll('\n', ' ')
    .replaceAll(String.raw`\[`, '&#91;')
    .replaceAll(String.raw`\]`, '&#93;')

/** Characters that would end an address or the brackets around it. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNFIT_URL = /[\s()<>\\"`\u0000-\u001F]/g

const address = (url: string): string => {
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new InvalidRequestError({ path: 'url', hint: 'give a whole URL', received: url })
  const fit = url.replaceAll(
    UNFIT_URL,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return fit.replaceAll(/&(?=#?\w+;)/g, '&amp;')
}

/**
 * A link, for markdown. Its domain has to be registered in the console
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/08-surprises.md#8 §8}).
 *
 * @example
 * markdown`See ${link('the guide', 'https://example.com/guide')}.`
 * @throws InvalidRequestError for a wrong URL
 */
export const link = (text: string, url: string): RichText => makeMarkup(`[${label(text)}](${address(url)})`)

/** Text and size of {@link inlineImage}, in px. */
export interface InlineImageInit {
  /** Shown while the image is not; default `'image'`. */
  readonly text?: string | undefined
  readonly width: number
  readonly height: number
}

const IMAGE: ReadonlySet<keyof InlineImageInit> = new Set(['text', 'width', 'height'])

/**
 * An image by its public address, for markdown
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 *
 * @example
 * markdown`${inlineImage('https://example.com/cat.png', { width: 120, height: 80 })}`
 * @throws InvalidRequestError for a wrong URL or size
 */
export const inlineImage = (url: string, init: InlineImageInit): RichText => {
  const { text = 'image', width, height } = givenOptions('init', init, IMAGE)
  const size = v.pipe(v.number('give px'), v.integer('give whole px'), v.minValue(1, 'at least 1 px'))
  checkShape(v.strictObject({ width: size, height: size }), { width, height }, 'image')
  // The size is part of the text, so anything that looks like a size is escaped.
  const shown = label(text).replaceAll(/(?<![\\&])#/g, String.raw`\#`)
  return makeMarkup(`![${shown} #${width}px #${height}px](${address(url)})`)
}
