import type { HostFault } from '../contract/page-host.js'
import type { PageFault, PageFaultOffer } from '../contract/wire.js'
import type { FaultHistory } from '../view/fault-history.js'
import { type Offer, faultOffers } from './fault-offers.js'

/** Most faults that the page still lists after their last strike. */
const OVER = 8

const aimOf = (offer: Offer): PageFaultOffer['aim'] => {
  // An offer for handshakes cannot aim at a connection, which does not exist yet.
  if (offer.group === 'custom' || ('spec' in offer && ['open', 'push'].includes(offer.spec.on))) return 'none'
  return offer.group === 'lookup' || offer.group === 'calls' ? 'route' : 'connection'
}

/** The offers without their effects, which only the server needs. */
export const pageOffers = (): PageFaultOffer[] =>
  faultOffers.map((offer) => ({
    kind: offer.kind,
    group: offer.group,
    aim: aimOf(offer),
    immediate: offer.group === 'now',
    route: 'spec' in offer ? (offer.spec.match?.route ?? null) : null,
    fields: offer.fields,
  }))

/** Ids of faults from the page contain the kind of the offer: `page:kind:7`. */
const PREFIX = 'page:'

export const faultId = (kind: string, n: number): string => `${PREFIX}${kind}:${n}`

const kindOf = (id: string): string => {
  const kind = id.startsWith(PREFIX) ? (id.split(':')[1] ?? '') : ''
  return faultOffers.some((offer) => offer.kind === kind) ? kind : 'custom'
}

const targetOf = ({ match }: HostFault['spec']): string => {
  if (match?.connection !== undefined) return `#${match.connection}`
  return match?.route ?? match?.peer ?? 'all'
}

/** The armed faults and those that are over, with what they did. */
export const pageFaults = (armed: readonly HostFault[], history: FaultHistory): PageFault[] => {
  const alive = armed.map(({ id, spec, left }) => ({
    id,
    kind: kindOf(id),
    what: JSON.stringify({ on: spec.on, do: spec.do }),
    target: targetOf(spec),
    remaining: Number.isFinite(left) ? left : null,
    strikes: history.get(id)?.strikes ?? 0,
    last: history.get(id)?.last ?? null,
  }))
  const over = [...history]
    .filter(
      ([id, { strikes, cleared }]) => strikes > 0 && !cleared && !armed.some((fault) => fault.id === id),
    )
    .slice(-OVER)
    .map(([id, { strikes, last, what }]) => ({
      id,
      kind: kindOf(id),
      what,
      target: 'all',
      remaining: 0,
      strikes,
      last,
    }))
  return [...alive, ...over.toReversed()]
}
