import { InvalidRequestError } from '../errors/invalid-request-error.js'
import { checkId } from '../http/route-path.js'
import { checkMessage } from '../message/check-message.js'
import { messageType } from '../message/message-type.js'
import type { OutgoingMessage } from '../message/outgoing-message.js'
import type { Anchor } from '../reply/anchor.js'
import { scenes, type Scene, type Target } from './scenes.js'

/** A message that is ready to go, apart from its number. */
export interface Draft {
  readonly scene: Scene
  readonly id: string
  /** With its anchor in place; the caller's object is not touched. */
  readonly message: OutgoingMessage
  readonly anchor: Anchor | null
}

const anchorOf = (message: OutgoingMessage, given: Anchor | undefined): Anchor | null => {
  const msgId = given?.msgId ?? message.msg_id
  const eventId = given?.eventId ?? message.event_id
  const doubled =
    (given !== undefined && (message.msg_id !== undefined || message.event_id !== undefined)) || false
  if (doubled)
    throw new InvalidRequestError({
      path: 'msg_id',
      hint: 'is given in the message and as anchor: use one of them',
    })
  if (msgId !== undefined && eventId !== undefined)
    throw new InvalidRequestError({
      path: 'event_id',
      hint: 'msg_id and event_id exclude each other (use one)',
    })
  if (msgId !== undefined) return { msgId: checkId('msg_id', msgId) }
  return eventId === undefined ? null : { eventId: checkId('event_id', eventId) }
}

const sceneOf = (target: Target): Scene => {
  const scene = Object.hasOwn(scenes, target.scene) ? scenes[target.scene] : undefined
  if (!scene)
    throw new InvalidRequestError({
      path: 'target.scene',
      hint: `one of ${Object.keys(scenes).join(', ')}`,
      received: target.scene,
    })
  return scene
}

/**
 * Makes a draft of what the caller gave.
 *
 * @throws InvalidRequestError before anything is sent
 */
export const makeDraft = (target: Target, given: string | OutgoingMessage, anchor?: Anchor): Draft => {
  const scene = sceneOf(target)
  const id = checkId(`target.id (${scene.param})`, target.id)
  const message = typeof given === 'string' ? { content: given } : given
  checkMessage(message, target.scene, scene)
  const found = anchorOf(message, anchor)
  if (found && message.is_wakeup)
    throw new InvalidRequestError({
      path: 'is_wakeup',
      hint: 'excludes an anchor: it is a proactive message',
    })
  const anchored = found?.msgId === undefined ? { event_id: found?.eventId } : { msg_id: found.msgId }
  return {
    scene,
    id,
    anchor: found,
    message: found ? { ...message, ...(anchored as OutgoingMessage) } : message,
  }
}

/** The body that goes over the wire (§5.2, §5.10). */
export const wireBody = (scene: Scene, message: OutgoingMessage, seq: number | null): OutgoingMessage => {
  const { msg_type: _type, msg_seq: _seq, ...rest } = message
  if (!scene.v2) return rest
  const typed = { msg_type: messageType(message) as 0, ...rest }
  return seq === null ? typed : { ...typed, msg_seq: seq }
}
