import { Remembered } from './remembered.js'

/** Longer than any message: a long one is cut only after it was looked up. */
const LONGEST = 100_000

const key = Symbol.for('qqkit.typed-text')

/** One for all copies of the package in a process. */
const shared = (): Remembered<string> => {
  const home = globalThis as { [key]?: Remembered<string> }
  return (home[key] ??= new Remembered(LONGEST))
}

/**
 * Remembers how a text goes over the wire of guilds, where tags are live: with what people typed in it escaped (§5.12). Only a
 * template knows what was put in; a message is no more than its text.
 */
export const noteGuildForm = (text: string, onWire: string): void => {
  if (onWire !== text) shared().note(text, onWire)
}

/** A text as it goes over the wire of guilds: as a template has made it, else as it stands. */
export const guildFormOf = (text: string): string => shared().find(text) ?? text
