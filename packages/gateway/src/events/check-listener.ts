import { OptionsError } from '@qqkit/core'

/** What can be listened to besides events: everything of {@link GatewayListeners} that is no name of one. */
const OWN: ReadonlySet<string> = new Set(['dispatch', 'status', 'abandoned', 'quarantined', 'gap'])

/**
 * Refuses a listener that would never be called.
 *
 * @throws OptionsError for a name that no event can have, or a listener that is no function
 */
export const checkListener = (name: unknown, listener: unknown): void => {
  const refuse = (path: string, value: unknown, hint: string): never => {
    throw new OptionsError({ subject: 'gateway.on', path, received: describe(value), hint })
  }
  if (typeof name !== 'string' || !(OWN.has(name) || /^[A-Z][A-Z0-9_]*$/.test(name)))
    refuse(
      'name',
      name,
      `give the name of an event, e.g. 'C2C_MESSAGE_CREATE', or one of ${[...OWN].join(', ')}`,
    )
  if (typeof listener !== 'function') refuse('listener', listener, 'give a function')
}

const describe = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : typeof value)
