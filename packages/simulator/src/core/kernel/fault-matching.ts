import type { ArmedFault, FaultAction, FaultMatch, FaultSpec, FaultTrigger } from './faults.js'
import { type KernelWorld, record } from './kernel.js'
import { draw } from './random.js'

/** Properties of an occasion, which the `match` of a fault is compared with. */
export interface FaultPlace {
  readonly bot?: string | null
  readonly connection?: number
  readonly route?: string
  readonly peer?: string | null
  readonly person?: string | null
  readonly t?: string | null
  readonly passive?: boolean
  readonly msgType?: number
  readonly url?: boolean
}

const routeMatches = (wanted: string, route: string): boolean =>
  wanted === route || route.startsWith(`${wanted}.`) || route.endsWith(`.${wanted}`)

const matches = (match: FaultMatch | undefined, place: FaultPlace): boolean => {
  if (!match) return true
  if (match.route !== undefined && !routeMatches(match.route, place.route ?? '')) return false
  return (['bot', 'connection', 'peer', 'person', 't', 'passive', 'msgType', 'url'] as const).every(
    (field) => match[field] === undefined || match[field] === place[field],
  )
}

/** A fault that strikes one bot, where the occasion says which bot it concerns: handshakes and tokens come before. */
export const faultOf = (bot: string, spec: FaultSpec): FaultSpec => {
  const isBefore = spec.on === 'open' || spec.on === 'connect' || spec.match?.route === 'token'
  return isBefore ? spec : { ...spec, match: { bot, ...spec.match } }
}

/** A fault as a line of the log. */
const describeFault = (spec: FaultSpec): string => `${spec.on}: ${JSON.stringify(spec.do)}`

/** Arms a fault and returns its id. */
export const addFault = (world: KernelWorld, spec: FaultSpec): string => {
  const id = spec.id ?? `fault-${++world.faultsAdded}`
  const left = spec.times === 'forever' ? Number.POSITIVE_INFINITY : (spec.times ?? 1)
  world.faults.set(id, { id, spec, left, skip: spec.skip ?? 0 })
  record(world, { kind: 'fault', change: 'added', fault: id, what: describeFault(spec), where: '' })
  return id
}

/** Clears one fault, or all. */
export const clearFaults = (world: KernelWorld, id?: string): void => {
  for (const fault of id === undefined ? [...world.faults.keys()] : [id]) {
    if (world.faults.delete(fault))
      record(world, { kind: 'fault', change: 'cleared', fault, what: '', where: '' })
  }
}

/** The place of a strike as a line of the log. */
const describePlace = ({ route, t, peer, connection }: FaultPlace): string =>
  [route ?? t, peer, connection === undefined ? null : `#${connection}`].filter(Boolean).join(' ')

const strikes = (world: KernelWorld, fault: ArmedFault, place: FaultPlace): boolean => {
  if (fault.spec.chance !== undefined && draw(world.random) >= fault.spec.chance) return false
  if (fault.skip > 0) {
    fault.skip -= 1
    return false
  }
  fault.left -= 1
  if (fault.left <= 0) world.faults.delete(fault.id)
  record(world, {
    kind: 'fault',
    change: 'struck',
    fault: fault.id,
    what: describeFault(fault.spec),
    where: describePlace(place),
  })
  return true
}

/** The first armed fault that strikes on this occasion, in order of arming; `null` if none does. */
export const strikeFault = <On extends FaultTrigger>(
  world: KernelWorld,
  on: On,
  place: FaultPlace,
): { readonly id: string; readonly do: FaultAction<On> } | null => {
  for (const fault of world.faults.values()) {
    if (fault.spec.on === on && matches(fault.spec.match, place) && strikes(world, fault, place)) {
      return { id: fault.id, do: fault.spec.do as FaultAction<On> }
    }
  }
  return null
}
