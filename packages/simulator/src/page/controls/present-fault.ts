import type { HostFault } from '../contract/page-host.js'
import type { PageFault, PageFaultOffer } from '../contract/wire.js'
import { type Offer, faultOffers } from './fault-offers.js'

const aimOf = (offer: Offer): PageFaultOffer['aim'] => {
  // An offer for handshakes cannot aim at a connection, which does not exist yet.
  if (offer.group === 'custom' || ('on' in offer && (offer.on === 'open' || offer.on === 'push')))
    return 'none'
  return offer.group === 'lookup' || offer.group === 'calls' ? 'route' : 'connection'
}

/** The offers without their functions, which only the server needs. */
export const pageOffers = (): PageFaultOffer[] =>
  faultOffers.map((offer) => ({
    kind: offer.kind,
    group: offer.group,
    aim: aimOf(offer),
    immediate: offer.group === 'now',
    route: 'route' in offer ? offer.route : null,
    fields: offer.fields ?? [],
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

/** An armed fault as the page lists it. */
export const pageFault = ({ id, spec, left }: HostFault): PageFault => ({
  id,
  kind: kindOf(id),
  what: JSON.stringify({ on: spec.on, do: spec.do }),
  target: targetOf(spec),
  remaining: Number.isFinite(left) ? left : null,
})
