import type { ParkedReply } from './parked-reply.js'

/**
 * Where parked replies wait. Several bots can share one: the appid is part of what conversations are called. Calls for different conversations may overlap; every method may be slow or reject, and a reply
 * that could not be put is not parked.
 */
export interface ParkStore {
  /**
   * Keeps a reply. It must outlive a crash once this has resolved, if the store is to outlive one at all.
   *
   * @returns replies that had to give way
   */
  put(conversation: string, reply: ParkedReply): Promise<readonly ParkedReply[]>
  /**
   * Takes out the reply of a conversation with the lowest id. It must be gone for good once this has resolved: what
   * somebody has taken may have been sent, and must never be sent again.
   */
  take(conversation: string): Promise<ParkedReply | null>
  /** Lets go of files and connections; the store opens them again when it is used again. */
  close(): Promise<void>
}

/** How many replies may wait. */
export interface ParkLimits {
  /** In one conversation; the oldest give way. Default 10. */
  readonly perConversation?: number
  /** In all of them; the oldest give way. Default 1 000. */
  readonly total?: number
}

/** What is used where nothing is given. */
export const parkDefaults: Required<ParkLimits> = Object.freeze({ perConversation: 10, total: 1000 })
