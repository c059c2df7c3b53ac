/** What a reply is attached to: a message (`d.id`) or an event (the outer frame `id`, §6.3). Without one, a message is proactive. */
export type Anchor =
  | { readonly msgId: string; readonly eventId?: undefined }
  | { readonly eventId: string; readonly msgId?: undefined }

/** One string per anchor, for counting. No id has a blank in it. */
export const anchorKey = (anchor: Anchor): string =>
  anchor.msgId === undefined ? `event ${anchor.eventId}` : anchor.msgId
