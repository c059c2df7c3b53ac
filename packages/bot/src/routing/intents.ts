import { combineIntents, Intent, type IntentName, intentOfEvent, isGrantedByDefault } from '@qqkit/protocol'

import type { EventName } from '../context/context.js'
import type { Scene } from '../events/message.js'

/** The events that a handler needs. */
export interface Interest {
  readonly event: EventName
  /** Only for messages: `null` means all scenes. */
  readonly scenes: readonly Scene[] | null
}

/** Which intents bring the messages of a scene (§3.8). The last one of channels is for private-domain bots. */
const SCENE_INTENTS = {
  c2c: ['GROUP_AND_C2C_EVENT'],
  group: ['GROUP_AND_C2C_EVENT'],
  channel: ['PUBLIC_GUILD_MESSAGES', 'GUILD_MESSAGES'],
  dm: ['DIRECT_MESSAGE'],
} as const satisfies Record<Scene, readonly IntentName[]>

const SCENES = Object.keys(SCENE_INTENTS) as Scene[]
const ALL = Object.keys(Intent) as IntentName[]

/** Intents of scenes where messages can be reviewed: the bot has to receive the verdicts (§2.5). */
const REVIEWED: readonly IntentName[] = ['PUBLIC_GUILD_MESSAGES', 'GUILD_MESSAGES', 'DIRECT_MESSAGE']

/** A handler that will get no events. */
export interface UnheardEvent {
  readonly event: EventName
  /** The intent to add for its events. */
  readonly intent: IntentName
}

/** The intents to request, and the handlers that will get no events. */
export interface DerivedIntents {
  readonly mask: number
  readonly names: readonly IntentName[]
  /** Events with a handler whose intent needs a permission that was not named. */
  readonly missing: readonly UnheardEvent[]
}

const wantedBy = ({ event, scenes }: Interest): readonly IntentName[] => {
  if (event === 'message') return (scenes ?? SCENES).flatMap((scene) => SCENE_INTENTS[scene])
  if (event === 'interaction') return ['INTERACTION']
  if (event === 'raw') return ALL
  const intent = intentOfEvent(event)
  return intent === undefined ? [] : [intent]
}

/**
 * The intents that the registered handlers need. Requesting one without permission closes the connection (4014), so it
 * requests only those that every bot has, and those whose permission the user named.
 */
export const deriveIntents = (
  interests: readonly Interest[],
  permissions: readonly IntentName[],
): DerivedIntents => {
  const allowed = (name: IntentName): boolean => isGrantedByDefault(name) || permissions.includes(name)
  const wanted = new Set(interests.flatMap(wantedBy).filter(allowed))
  if (REVIEWED.some((name) => wanted.has(name))) wanted.add('MESSAGE_AUDIT')
  const missing = interests.flatMap((interest) => {
    const intents = wantedBy(interest)
    const [intent] = intents
    return intent !== undefined && !intents.some(allowed) ? [{ event: interest.event, intent }] : []
  })
  const names = ALL.filter((name) => wanted.has(name))
  return { mask: combineIntents(names), names, missing }
}

/** The sets of intents of which an interest needs one each: a handler for named scenes needs every scene. */
const alternativesOf = (interest: Interest): readonly (readonly IntentName[])[] =>
  interest.event === 'message' && interest.scenes
    ? interest.scenes.map((scene) => SCENE_INTENTS[scene])
    : [wantedBy(interest)]

/** The handlers that get no events with these intents, which the user chose; each event and intent once. */
export const unheardWith = (names: readonly IntentName[], interests: readonly Interest[]): UnheardEvent[] => {
  const unheard = new Map<string, UnheardEvent>()
  for (const interest of interests)
    for (const [intent, ...others] of alternativesOf(interest))
      if (intent !== undefined && ![intent, ...others].some((name) => names.includes(name)))
        unheard.set(`${interest.event} ${intent}`, { event: interest.event, intent })
  return [...unheard.values()]
}
