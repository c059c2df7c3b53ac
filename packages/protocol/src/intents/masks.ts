import { Intent, type IntentName } from './intent.js'
import { intentFacts, type IntentGrant } from './intent-facts.js'

const names = (): IntentName[] => Object.keys(Intent) as IntentName[]

/** The mask that asks for all the given intents, by name. */
export const combineIntents = (wanted: readonly IntentName[]): number =>
  wanted.reduce((mask, name) => mask | Intent[name], 0)

/** The names of the intents in a mask, lowest bit first. Bits without a name are left out; see {@link unknownIntentBits}. */
export const intentNames = (mask: number): IntentName[] => names().filter((name) => hasIntent(mask, name))

/** Whether a mask asks for an intent. */
export const hasIntent = (mask: number, name: IntentName): boolean => (mask & Intent[name]) !== 0

/**
 * The bits of a mask that no known intent has; asking for one closes the connection with 4013
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}).
 */
export const unknownIntentBits = (mask: number): number => mask & ~combineIntents(names())

/** Whether a bot has this intent without applying for it (see {@link intentFacts}). */
export const isGrantedByDefault = (name: IntentName): boolean => {
  const { grant } = intentFacts[name]
  return grant !== 'private' && grant !== 'permission'
}

/** What an Identify may be refused for, the likeliest first (§3.11); not here is what every bot is known to have. */
const SUSPICIOUS: readonly IntentGrant[] = ['private', 'permission', 'usual']

/**
 * The intents of a mask that may be why the platform refuses an Identify again and again without saying so, the most
 * suspicious first ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-11 §3.11}).
 * Bits without a name are left out; see {@link unknownIntentBits}.
 */
export const suspectIntents = (mask: number): IntentName[] => {
  const asked = intentNames(mask)
  return SUSPICIOUS.flatMap((grant) => asked.filter((name) => intentFacts[name].grant === grant))
}

/** The intent that brings an event; `undefined` for unknown events and for READY and RESUMED, which need none. */
export const intentOfEvent = (event: string): IntentName | undefined =>
  names().find((name) => (intentFacts[name].events as readonly string[]).includes(event))
