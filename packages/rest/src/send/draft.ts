import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { checkId, routeWith } from '../http/route-path.js'
import { checkMessage } from '../message/check-message.js'
import { renderMarkup } from '../message/render-markup.js'
import { routesOf, type SceneRoutes } from '../message/scenes.js'
import { messageType, type WireMessage } from '../message/wire-message.js'
import { isBlank } from '../text/characters.js'
import { withMentionForm, type MentionForm } from '../text/inline.js'
import type { NameOf } from '../text/plain-text.js'
import type { Target } from '../types/target.js'
import type { Anchor } from './reply-numbers.js'

/** A message that is ready to send, apart from its number. */
export interface Draft {
  readonly target: Target
  readonly scene: SceneRoutes
  readonly id: string
  readonly path: string
  /** With its anchor; a copy of the caller's object. */
  readonly message: WireMessage
  readonly anchor: Anchor | null
  /** Display names, used where mentions are not possible. */
  readonly nameOf: NameOf | undefined
}

const refuse = (path: string, hint: string, received?: unknown): never => {
  throw new InvalidRequestError({ path, hint, ...(received !== undefined && { received }) })
}

/** The anchor, given as option or in the message. An anchor without an id is an error, not a proactive message. */
const anchorOf = (message: WireMessage, given: Anchor | undefined): Anchor | null => {
  const inMessage = message.msg_id !== undefined || message.event_id !== undefined
  if (given === undefined && !inMessage) return null
  if (given !== undefined && inMessage)
    refuse('anchor', 'is given in the message (msg_id, event_id) and as anchor: use one of them')
  if (given !== undefined && given?.msgId === undefined && given?.eventId === undefined)
    refuse('anchor', 'give { msgId } or { eventId }', given)
  const msgId = given ? given.msgId : message.msg_id
  const eventId = given ? given.eventId : message.event_id
  if (msgId !== undefined && eventId !== undefined)
    refuse('event_id', 'msg_id and event_id exclude each other: use one of them')
  return eventId === undefined
    ? { msgId: checkId('msg_id', msgId) }
    : { eventId: checkId('event_id', eventId) }
}

/** Adds the anchor to a message. */
export const withAnchor = (message: WireMessage, anchor: Anchor | null): WireMessage => {
  if (!anchor) return message
  const { msgId, eventId } = anchor
  // A spread with a field behind it takes ten times as long, here and below.
  return Object.assign({}, message, msgId === undefined ? { event_id: eventId } : { msg_id: msgId })
}

/** Removes the anchor from a message. */
export const withoutAnchor = (message: WireMessage): WireMessage => {
  const { msg_id: _msgId, event_id: _eventId, msg_seq: _seq, ...rest } = message
  return rest
}

/**
 * Checks the target and the message, and makes a draft.
 *
 * @throws InvalidRequestError before anything is sent
 */
export const makeDraft = (
  target: Target,
  given: string | WireMessage,
  anchor?: Anchor,
  nameOf?: NameOf,
): Draft => {
  const scene = routesOf(target)
  const id = checkId('target.id', target.id)
  const message = typeof given === 'string' ? { content: given } : given
  // A plain text that is not blank needs no further check.
  if (typeof given !== 'string' || isBlank(given)) checkMessage(message, target.scene, scene)
  const found = anchorOf(message, anchor)
  if (found && message.is_wakeup) refuse('is_wakeup', 'excludes an anchor: it is a proactive message')
  const path = routeWith(scene.route, id)
  const placed = renderMarkup(message, { scene: target.scene, nameOf })
  return { target, scene, id, path, anchor: found, message: withAnchor(placed, found), nameOf }
}

/** The body that goes over the wire (§5.2, §5.10). */
export const wireBody = (
  scene: SceneRoutes,
  message: WireMessage,
  seq: number | null,
  mentionForm: MentionForm,
): WireMessage => {
  const number = seq !== null && { msg_seq: seq }
  const body: { -readonly [K in keyof WireMessage]: WireMessage[K] } = scene.v2
    ? Object.assign({}, message, { msg_type: messageType(message) }, number)
    : Object.assign({}, message, number)
  // `content` must be empty beside markdown (§5.2).
  if (message.markdown) {
    delete body.content
    const { content } = message.markdown
    if (content !== undefined)
      body.markdown = { ...message.markdown, content: withMentionForm(content, mentionForm) }
  }
  if (!scene.v2 && message.msg_type !== undefined) delete body.msg_type
  if (seq === null && message.msg_seq !== undefined) delete body.msg_seq
  return body
}
