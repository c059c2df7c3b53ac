import type { Ark, ArkKv, Embed, Keyboard } from '@qqkit/protocol'

import { givenList, givenObject, givenText, isTemplate } from '../checks/given.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import {
  type FileInfo,
  markedReference,
  type Media,
  type MediaReferenceOf,
  type MediaScene,
  type MediaSource,
  type MediaType,
  type MessageFile,
} from '../media/media.js'
import { readSource } from '../media/source.js'
import { escapeContent } from '../text/escape.js'
import { defuseMarkup, piecesIn, rememberGuildForm } from '../text/made-markup.js'
import { RichText } from '../text/rich-text.js'
import { checkPart } from './check-message.js'
import type { WireMessage } from './wire-message.js'

/** The part of a message with a file that was uploaded to one scene. */
export interface MediaPart<S extends MediaScene> {
  readonly media: MediaReferenceOf<S>
}

/** The part of a message with a file that is uploaded when the message is sent. */
export interface FilePart<T extends MediaType> {
  readonly file: MessageFile<T>
}

/** Builds the part of a message with one kind of file. */
export interface FileBuilder<T extends MediaType> {
  /**
   * A file that was uploaded to the same scene.
   *
   * @throws InvalidRequestError for one of another kind
   */
  <S extends MediaScene>(media: Media<S>): MediaPart<S>
  /**
   * An address, bytes, a file or a stream. A stream is read once, so its message can be sent once.
   *
   * @throws MediaError for a wrong source
   */
  (source: MediaSource): FilePart<T>
}

const isMedia = (given: object): given is Media => 'fileInfo' in given && 'scene' in given

const builder = <T extends MediaType>(type: T): FileBuilder<T> => {
  const build = (given: Media | MediaSource): MediaPart<MediaScene> | FilePart<T> => {
    if (typeof given === 'object' && given !== null && isMedia(given)) {
      if (given.type !== type)
        throw new InvalidRequestError({
          path: 'media',
          hint: `is of type ${given.type}: use ${given.type}(media)`,
        })
      return checkPart({ media: markedReference(given.fileInfo, given.scene) })
    }
    readSource(given)
    return { file: { type, source: given } }
  }
  return build as FileBuilder<T>
}

/**
 * An image, in all four scenes.
 *
 * @example
 * await rest.send(target, image('https://example.com/cat.png'))
 */
export const image: FileBuilder<'image'> = builder('image')

/**
 * A video; C2C and group.
 *
 * @example
 * await rest.send(target, video({ path: 'film.mp4' }))
 */
export const video: FileBuilder<'video'> = builder('video')

/**
 * A voice message; C2C and group.
 *
 * @example
 * await rest.send(target, voice({ path: 'hello.silk' }))
 */
export const voice: FileBuilder<'voice'> = builder('voice')

/**
 * A plain file; C2C and group.
 *
 * @example
 * await rest.send(target, file({ data: Buffer.from('notes'), name: 'notes.txt' }))
 */
export const file: FileBuilder<'file'> = builder('file')

type Part<K extends keyof WireMessage> = Readonly<Required<Pick<WireMessage, K>>>

/** A value of a text template. */
export type TextValue = string | number | bigint | boolean | RichText

/** A typed value: text, even if it looks like markup of this program. */
const typed = (value: string): string =>
  piecesIn(value)
    .map((piece) => (piece.kind === 'markup' ? defuseMarkup(piece.text) : piece.text))
    .join('')

/** A template with its values; values other than markup go through `put`. */
const filled = (
  parts: TemplateStringsArray,
  values: readonly TextValue[],
  put: (value: string) => string,
): string =>
  parts.reduce((whole, part, index) => {
    const value = values[index - 1] ?? ''
    return whole + (RichText.is(value) ? value.toString() : put(String(value))) + part
  })

/**
 * Plain text. As a template tag it renders `mention()` and other markup, and keeps every other value as plain text,
 * whatever it looks like.
 *
 * @example
 * text`${mention(id)} said: ${ctx.text}`
 * @throws InvalidRequestError when the text is blank, or no string
 */
export function text(parts: TemplateStringsArray, ...values: readonly TextValue[]): Part<'content'>
export function text(content: string): Part<'content'>
export function text(
  content: string | TemplateStringsArray,
  ...values: readonly TextValue[]
): Part<'content'> {
  if (!isTemplate(content)) return checkPart({ content: givenText('content', content) })
  const whole = filled(content, values, typed)
  const onWire = filled(content, values, (value) => escapeContent(typed(value)))
  rememberGuildForm(whole, onWire)
  return checkPart({ content: whole })
}

/**
 * Markdown by a template from the console; each value is a string or a list of strings.
 *
 * @example
 * await rest.send(target, markdownTemplate('101993071_1658748972', { title: 'Done' }))
 *
 * @throws InvalidRequestError for a template without an id
 */
export const markdownTemplate = (
  id: string,
  params: Readonly<Record<string, string | readonly string[]>> = {},
): Part<'markdown'> =>
  checkPart({
    markdown: {
      custom_template_id: givenText('id', id),
      params: Object.entries(givenObject('params', params)).map(([key, value]) => ({
        key,
        values: typeof value === 'string' ? [value] : value,
      })),
    },
  })

/** A row of buttons, or the buttons of a row. */
type Row = NonNullable<Keyboard['content']>['rows'][number]

/**
 * A keyboard of at most 5 × 5 buttons, or the id of a template
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 *
 * @example
 * await rest.send(target, {
 *   ...markdown('Again?'),
 *   ...keyboard([[button.callback('Yes', 'again'), button.link('Help', 'https://example.com')]]),
 * })
 * @throws InvalidRequestError naming the row and button, and the limit
 */
export const keyboard = (rows: string | readonly Row['buttons'][]): Part<'keyboard'> =>
  checkPart({
    keyboard:
      typeof rows === 'string'
        ? { id: rows }
        : { content: { rows: givenList('rows', rows).map((buttons) => ({ buttons })) } },
  })

/** A value of an ark template: a string, or a list of objects. */
export type ArkValue = string | readonly Readonly<Record<string, string>>[]

const arkKv = ([key, value]: [string, ArkValue]): ArkKv =>
  typeof value === 'string'
    ? { key, value }
    : {
        key,
        obj: givenList(key, value).map((one) => ({
          obj_kv: Object.entries(givenObject(key, one)).map(([k, v]) => ({ key: k, value: v })),
        })),
      }

/**
 * An ark card: template 23, 24 or 37 with its `#KEYS#`
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 *
 * @throws InvalidRequestError for a wrong shape
 */
export const ark = (
  templateId: Ark['template_id'],
  values: Readonly<Record<string, ArkValue>>,
): Part<'ark'> =>
  checkPart({
    ark: { template_id: templateId, kv: Object.entries(givenObject('values', values)).map(arkKv) },
  })

/**
 * An embed; guild scenes only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 *
 * @throws InvalidRequestError for a wrong shape
 */
export const embed = (
  init: Omit<Embed, 'fields'> & { readonly fields?: readonly string[] },
): Part<'embed'> => {
  const { fields, ...rest } = givenObject('init', init)
  return checkPart({
    embed: fields ? { ...rest, fields: givenList('fields', fields).map((name) => ({ name })) } : rest,
  })
}

/**
 * A file that was uploaded to the same scene
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}): the result of
 * `rest.media.upload`, or a `file_info`.
 *
 * @example
 * const upload = await rest.media.upload(target, { path: 'film.mp4' })
 * await rest.send(target, media(upload))
 *
 * @throws InvalidRequestError when it is empty
 */
export const media = <S extends MediaScene>(uploaded: Media<S> | FileInfo<S>): MediaPart<S> =>
  checkPart({
    media:
      typeof uploaded === 'string'
        ? { file_info: uploaded }
        : markedReference(givenObject('media', uploaded).fileInfo, uploaded.scene),
  })

/**
 * Quotes a message, by its id in guild scenes, by its `REFIDX_…` index in C2C and group
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}).
 *
 * @throws InvalidRequestError when it is empty
 */
export const quote = (reference: string): Part<'message_reference'> =>
  checkPart({ message_reference: { message_id: reference } })
