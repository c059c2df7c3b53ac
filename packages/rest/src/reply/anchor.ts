/**
 * What a reply is attached to: a message (`d.id`) or an event (the outer frame `id`,
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-3 §6.3}). Without one, a
 * message is proactive.
 */
export type Anchor =
  | { readonly msgId: string; readonly eventId?: undefined }
  | { readonly eventId: string; readonly msgId?: undefined }

/** One string per anchor, for counting. No id has a blank in it. */
export const anchorKey = (anchor: Anchor): string =>
  anchor.msgId === undefined ? `event ${anchor.eventId}` : anchor.msgId
