import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { checkId } from '../http/route-path.js'
import { checkMessage } from '../message/check-message.js'
import { messageType } from '../message/message-type.js'
import type { OutgoingMessage } from '../message/outgoing-message.js'
import type { Anchor } from '../reply/anchor.js'
import { sceneOf } from './scene-of.js'
import type { Scene, Target } from './scenes.js'

/** A message that is ready to go, apart from its number. */
export interface Draft {
  readonly scene: Scene
  readonly id: string
  /** With its anchor in place; the caller's object is not touched. */
  readonly message: OutgoingMessage
  readonly anchor: Anchor | null
}

const refuse = (path: string, hint: string): never => {
  throw new InvalidRequestError({ path, hint })
}

/** The one anchor that was given, wherever it was. An anchor without an id is a mistake, not a proactive message. */
const anchorOf = (message: OutgoingMessage, given: Anchor | undefined): Anchor | null => {
  const inMessage = message.msg_id !== undefined || message.event_id !== undefined
  if (given === undefined && !inMessage) return null
  if (given !== undefined && inMessage)
    refuse('anchor', 'is given in the message (msg_id, event_id) and as anchor: use one of them')
  const { msgId, eventId } = given ?? { msgId: message.msg_id, eventId: message.event_id }
  if (msgId !== undefined && eventId !== undefined)
    refuse('event_id', 'msg_id and event_id exclude each other: use one of them')
  return eventId === undefined
    ? { msgId: checkId('msg_id', msgId) }
    : { eventId: checkId('event_id', eventId) }
}

/**
 * Makes a draft of what the caller gave.
 *
 * @throws InvalidRequestError before anything is sent
 */
export const makeDraft = (target: Target, given: string | OutgoingMessage, anchor?: Anchor): Draft => {
  const scene = sceneOf(target)
  const id = checkId('target.id', target.id)
  const message = typeof given === 'string' ? { content: given } : given
  checkMessage(message, target.scene, scene)
  const found = anchorOf(message, anchor)
  if (found && message.is_wakeup) refuse('is_wakeup', 'excludes an anchor: it is a proactive message')
  const fields = found?.msgId === undefined ? { event_id: found?.eventId } : { msg_id: found.msgId }
  return {
    scene,
    id,
    anchor: found,
    message: found ? { ...message, ...(fields as OutgoingMessage) } : message,
  }
}

/** The body that goes over the wire (§5.2, §5.10). */
export const wireBody = (scene: Scene, message: OutgoingMessage, seq: number | null): OutgoingMessage => {
  const { msg_type: _type, msg_seq: _seq, ...rest } = message
  if (!scene.v2) return rest
  const typed = { msg_type: messageType(message) as 0, ...rest }
  return seq === null ? typed : { ...typed, msg_seq: seq }
}
