import type { SocketClose, SocketEvents, WireFrame } from '@qqkit/core'
import { Opcode } from '@qqkit/protocol'

import { decode } from './codec.js'
import type { Inbox } from './ports.js'

/** What happens to one socket, as inputs of the machine that carry the number of its connection. */
export class Connection implements SocketEvents {
  readonly #inbox: Inbox
  readonly #epoch: number
  readonly #maxPayload: number

  constructor(inbox: Inbox, epoch: number, maxPayload: number) {
    this.#inbox = inbox
    this.#epoch = epoch
    this.#maxPayload = maxPayload
  }

  onOpen(): void {
    this.#inbox.feed({ type: 'opened', epoch: this.#epoch })
  }

  onMessage(data: string | Uint8Array): void {
    const decoded = decode(data, this.#maxPayload)
    if ('frame' in decoded) this.#onFrame(decoded.frame)
    else this.#inbox.feed({ type: 'malformed', epoch: this.#epoch, ...decoded })
  }

  onActivity(): void {
    this.#inbox.feed({ type: 'activity', epoch: this.#epoch })
  }

  onClose({ code, reason, error, refused }: SocketClose): void {
    this.#inbox.feed({ type: 'closed', epoch: this.#epoch, code, reason, error, refused })
  }

  #onFrame(frame: WireFrame): void {
    const inbox = this.#inbox
    if (!inbox.paused || frame.op !== Opcode.Dispatch || frame.t === 'READY') {
      inbox.feed({ type: 'frame', epoch: this.#epoch, frame })
    } else if (frame.t === 'RESUMED') {
      // Without its number: what was replayed before it is left to the next process.
      inbox.feed({ type: 'frame', epoch: this.#epoch, frame: { ...frame, s: null } })
    } else inbox.leave(frame, this.#epoch)
  }
}
