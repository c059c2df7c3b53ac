import { Intent, type IntentName } from './intent.js'
import { intentFacts, type IntentGrant } from './intent-facts.js'

const names = (): IntentName[] => Object.keys(Intent) as IntentName[]

/**
 * The mask of the given intents.
 *
 * @example
 *   combineIntents(['GROUP_AND_C2C_EVENT', 'PUBLIC_GUILD_MESSAGES']) // 1107296256
 */
export const combineIntents = (wanted: readonly IntentName[]): number =>
  wanted.reduce((mask, name) => mask | Intent[name], 0)

/**
 * The names of the intents in a mask, lowest bit first, without unknown bits (see {@link unknownIntentBits}).
 *
 * @example
 *   intentNames(1107296256) // ['GROUP_AND_C2C_EVENT', 'PUBLIC_GUILD_MESSAGES']
 */
export const intentNames = (mask: number): IntentName[] => names().filter((name) => hasIntent(mask, name))

/** Whether a mask contains an intent. */
export const hasIntent = (mask: number, name: IntentName): boolean => (mask & Intent[name]) !== 0

/**
 * The bits of a mask without a known intent; an unknown bit closes the connection with 4013
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-7 §3.7}).
 */
export const unknownIntentBits = (mask: number): number => mask & ~combineIntents(names())

/** Whether a bot has an intent without an application (see {@link intentFacts}). */
export const isGrantedByDefault = (name: IntentName): boolean => {
  const { grant } = intentFacts[name]
  return grant !== 'private' && grant !== 'permission'
}

/** Grants of intents that may cause a refused Identify, the most likely first (§3.11). Every bot has the other intents. */
const SUSPICIOUS: readonly IntentGrant[] = ['private', 'permission', 'usual']

/**
 * The intents of a mask that may cause repeated refusals of an Identify without a reason, the most likely first
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/03-websocket-gateway.md#3-11 §3.11}).
 * Unknown bits are left out; see {@link unknownIntentBits}.
 */
export const suspectIntents = (mask: number): IntentName[] => {
  const asked = intentNames(mask)
  return SUSPICIOUS.flatMap((grant) => asked.filter((name) => intentFacts[name].grant === grant))
}

/** The intent of an event; `undefined` for unknown events and for READY and RESUMED, which need none. */
export const intentOfEvent = (event: string): IntentName | undefined =>
  names().find((name) => (intentFacts[name].events as readonly string[]).includes(event))
