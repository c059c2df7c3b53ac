import type { FaultMatch, FaultSpec } from '../../core/kernel/faults.js'
import { InputError, type PageHost } from '../contract/page-host.js'
import type { PageInputs } from '../contract/wire.js'
import { parsed } from '../view/wire-objects.js'
import { faultOffers } from './fault-offers.js'
import { faultId } from './present-fault.js'

type FaultRequest = PageInputs['faults']

const connectionOf = ({ target }: FaultRequest): number | null => {
  if (target === 'all') return null
  const connection = Number(target)
  if (!Number.isInteger(connection)) throw new InputError(`There is no connection ${target}.`)
  return connection
}

/** Checks number fields, since `NaN` would become `null` on the wire. */
const checkNumbers = (order: FaultRequest, names: readonly string[]): void => {
  for (const name of names) {
    const text = order.values[name] ?? ''
    if (text.trim() === '' || !Number.isFinite(Number(text)))
      throw new InputError(`"${name}" must be a number.`)
  }
}

const times = ({ times }: FaultRequest): FaultSpec['times'] & {} =>
  times === 'always' ? 'forever' : times === 'once' ? 1 : times

/** Carries out a fault request of the page: strikes at once, or arms a fault. */
export const requestFault = (host: PageHost, order: FaultRequest, n: number): void => {
  const offer = faultOffers.find(({ kind }) => kind === order.kind)
  if (offer === undefined) throw new InputError(`There is no fault of the kind ${order.kind}.`)
  checkNumbers(order, offer.fields?.filter(({ type }) => type === 'number').map(({ name }) => name) ?? [])
  const armed = { id: faultId(offer.kind, n), times: times(order) }
  switch (offer.group) {
    case 'now':
      host.strike(offer.action(order.values), connectionOf(order))
      return
    case 'pushes':
      host.addFault({ ...armed, on: offer.on, do: offer.action(order.values) })
      return
    case 'handshake':
    case 'events': {
      if (offer.on === 'open') {
        host.addFault({ ...armed, on: offer.on, do: offer.action(order.values) })
        return
      }
      const connection = connectionOf(order)
      const match: FaultMatch = connection === null ? {} : { connection }
      host.addFault({ ...armed, on: offer.on, do: offer.action(order.values), match })
      return
    }
    case 'lookup':
    case 'calls': {
      const route = order.target === 'all' ? offer.route : order.target
      const match: FaultMatch = { ...offer.match, ...(route === null ? {} : { route }) }
      host.addFault({ ...armed, on: 'call', do: offer.action(order.values), match })
      return
    }
    case 'custom': {
      const spec = parsed(order.values['fault'] ?? '')
      if (typeof spec !== 'object' || spec === null)
        throw new InputError('A custom fault must be a JSON object.')
      // The simulator checks the fault itself.
      host.addFault(spec as FaultSpec)
    }
  }
}
