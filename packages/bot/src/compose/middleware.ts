/** Passes the event on to the handlers registered later; resolves when they are done. */
export type Next = () => Promise<void>

/** Handles an event, or passes it on with `next`. An event that a handler does not pass on goes no further. */
export type Middleware<C> = (ctx: C, next: Next) => unknown

/** A middleware with the events it is for. */
export interface Layer<C> {
  /** Sync and cheap: it is asked for every event. */
  readonly accepts: (ctx: C) => boolean
  readonly run: Middleware<C>
}
