import type { Scene } from '@qqkit/protocol'

import { checkShape } from '../checks/check-shape.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { sceneOfReference } from '../media/media.js'
import { readSource } from '../media/source.js'
import { isBlank } from '../text/characters.js'
import { messageSchema } from './message-schema.js'
import type { SceneRoutes } from './scenes.js'
import { neededType, type WireMessage } from './wire-message.js'

/**
 * Refuses a blank text, as the platform does (50006, §2.8).
 *
 * @throws InvalidRequestError naming `path`
 */
const refuseBlank = (path: string, text: string | undefined): void => {
  if (text === undefined || !isBlank(text)) return
  const hint =
    text === ''
      ? 'must not be empty'
      : 'must show something: blanks and invisible characters alone are an empty message'
  throw new InvalidRequestError({ path, hint, received: text })
}

/**
 * Checks the result of a builder at once, so that an error points to the line that built it, not to the send.
 *
 * @throws InvalidRequestError with path and limit
 */
export const checkPart = <P extends WireMessage>(part: P): P => {
  checkShape(messageSchema, part, 'message')
  refuseBlank('content', part.content)
  refuseBlank('markdown.content', part.markdown?.content)
  return part
}

type Field = keyof WireMessage

/** Fields that only some scenes take, with a hint for the others (§5.2, §5.10). */
const ELSEWHERE: Readonly<
  Partial<Record<Field, { readonly scenes: readonly Scene[]; readonly hint: string }>>
> = Object.freeze({
  embed: { scenes: ['channel', 'dm'], hint: 'embeds exist in guild scenes only; use markdown here' },
  image: {
    scenes: ['channel', 'dm'],
    hint: 'only guild scenes take an image address; upload it and send media',
  },
  media: { scenes: ['c2c', 'group'], hint: 'only C2C and group take media; use image here' },
  is_wakeup: { scenes: ['c2c'], hint: 'wake-up messages exist in C2C only' },
  input_notify: { scenes: ['c2c'], hint: 'typing notices exist in C2C only' },
  stream: { scenes: ['c2c'], hint: 'streaming exists in C2C only' },
  prompt_keyboard: { scenes: ['c2c'], hint: 'prompt keyboards exist in C2C only' },
  action_button: { scenes: ['c2c'], hint: 'action buttons exist in C2C only' },
})

/** Fields that make a message without text. */
const SHOWN: readonly Field[] = ['markdown', 'ark', 'embed', 'media', 'image', 'file', 'input_notify']

const refuseMessage = (path: string, hint: string): never => {
  throw new InvalidRequestError({ path, hint })
}

/** Fields that cannot be combined with a file (§5.2, §5.10). */
const BESIDE_FILE: readonly Field[] = ['media', 'image', 'markdown', 'ark', 'embed', 'input_notify']

const checkFile = (message: WireMessage, name: Scene, { v2 }: SceneRoutes): void => {
  const { file, media } = message
  const scene = media && sceneOfReference(media)
  if (scene !== undefined && scene !== name)
    refuseMessage('media', `was uploaded to a ${scene} target: the platform takes it in no other scene`)
  if (!file) return
  for (const field of BESIDE_FILE)
    if (message[field] !== undefined) refuseMessage('file', `cannot be combined with ${field}`)
  if (!v2 && file.type !== 'image') refuseMessage('file', 'guild scenes take images only')
  readSource(file.source)
}

const checkUnion = (message: WireMessage): void => {
  const { markdown, keyboard, content, ark } = message
  if (markdown) {
    if (content !== undefined && !isBlank(content))
      refuseMessage('content', 'must be empty when markdown is set')
    if (ark) refuseMessage('ark', 'cannot be combined with markdown')
    const template = markdown.template_id !== undefined || markdown.custom_template_id !== undefined
    if (template && markdown.content !== undefined)
      refuseMessage('markdown.content', 'a template and native content exclude each other')
    if (!template && markdown.content === undefined)
      refuseMessage('markdown.content', 'give the text, or a template')
  }
  if (keyboard && (keyboard.id === undefined) === (keyboard.content === undefined))
    refuseMessage('keyboard', 'give either the id of a template or content with rows')
}

/** Checks that a message shows something, and that its type fits. */
const checkShown = (message: WireMessage, { v2 }: SceneRoutes): void => {
  const { content, markdown, keyboard, msg_type: type, stream } = message
  // The chunk that closes an older stream may be a single line break (§5.4).
  if (!stream) refuseBlank('markdown.content', markdown?.content)
  const shown = SHOWN.some((field) => message[field] !== undefined)
  // Whether a keyboard may be sent alone is not documented; with a blank text it is refused.
  if (!shown && content === undefined && !keyboard)
    refuseMessage('content', 'must not be empty: give text, markdown, a keyboard, ark, embed or media')
  if (!shown && (!stream || content === '')) refuseBlank('content', content)
  const needed = neededType(message)
  // 22006, 40034011 (§2.8, §5.2).
  if (v2 && type !== undefined && type !== needed)
    refuseMessage('msg_type', `does not fit what the message carries, which is ${needed}: leave it out`)
}

/** Checks that button ids are unique. */
const checkButtonIds = (message: WireMessage): void => {
  const seen = new Set<string>()
  const rows = message.keyboard?.content?.rows ?? []
  for (const [r, row] of rows.entries())
    for (const [b, { id }] of row.buttons.entries()) {
      if (id === undefined) continue
      if (seen.has(id))
        refuseMessage(`keyboard.content.rows[${r}].buttons[${b}].id`, 'must be unique in the keyboard')
      seen.add(id)
    }
}

/**
 * Checks a message against what the platform documents, before any request.
 *
 * @throws InvalidRequestError with the path of the first wrong value, and the limit if one was exceeded
 */
export const checkMessage = (message: WireMessage, name: Scene, scene: SceneRoutes): void => {
  checkShape(messageSchema, message, 'message')
  for (const [field, row] of Object.entries(ELSEWHERE))
    if (message[field as Field] !== undefined && !row.scenes.includes(name)) refuseMessage(field, row.hint)
  if (message.msg_type === 4 && scene.v2) refuseMessage('msg_type', 'embeds exist in guild scenes only')
  checkUnion(message)
  checkFile(message, name, scene)
  checkButtonIds(message)
  checkShown(message, scene)
}
