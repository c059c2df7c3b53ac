import type { FaultMatch, FaultSpec } from '../../core/kernel/faults.js'
import { InputError, type PageHost } from '../contract/page-host.js'
import type { PageInputs } from '../contract/inputs.js'
import { faultOffers, withValues } from './fault-offers.js'
import { faultId } from './present-fault.js'
import { readJson } from './read-json.js'

type FaultRequest = PageInputs['faults']

const connectionOf = ({ target }: FaultRequest): number | null => {
  if (target === 'all') return null
  const connection = Number(target)
  if (!Number.isInteger(connection))
    throw new InputError(`There is no connection ${target}.`, `没有连接 ${target}。`)
  return connection
}

/** Checks number fields, since `NaN` would become `null` on the wire. */
const checkNumbers = (order: FaultRequest, names: readonly string[]): void => {
  for (const name of names) {
    const text = order.values[name] ?? ''
    if (text.trim() === '' || !Number.isFinite(Number(text)))
      throw new InputError(`"${name}" must be a number.`, `“${name}”必须是数字。`)
  }
}

const times = ({ times }: FaultRequest): FaultSpec['times'] & {} =>
  times === 'always' ? 'forever' : times === 'once' ? 1 : times

/** Reads a fault that a person wrote. */
const readFault = (text: string): FaultSpec => {
  const spec = readJson(text)
  if (typeof spec === 'object' && spec !== null) return spec as FaultSpec
  throw new InputError('A custom fault must be a JSON object.', '自定义故障必须是 JSON 对象。')
}

/** The limits of an armed fault: those of its offer, and the connection or route of the request. */
const matchOf = (spec: FaultSpec, order: FaultRequest): FaultMatch => {
  if (order.target === 'all' || spec.on === 'open' || spec.on === 'push') return spec.match ?? {}
  if (spec.on === 'call') {
    const { route: _route, ...others } = spec.match ?? {}
    return order.target === '*' ? others : { ...others, route: order.target }
  }
  const connection = connectionOf(order)
  return { ...spec.match, ...(connection === null ? {} : { connection }) }
}

/** Carries out a fault request of the page: strikes at once, or arms a fault. */
export const requestFault = (host: PageHost, order: FaultRequest, n: number): void => {
  const offer = faultOffers.find(({ kind }) => kind === order.kind)
  if (offer === undefined)
    throw new InputError(`There is no fault of the kind ${order.kind}.`, `没有名为 ${order.kind} 的故障。`)
  checkNumbers(
    order,
    offer.fields.filter(({ type }) => type === 'number').map(({ name }) => name),
  )
  if (offer.group === 'custom') {
    // The simulator checks the fault itself.
    host.addFault(readFault(order.values['fault'] ?? ''))
    return
  }
  if (offer.group === 'now') {
    host.strike(withValues(offer.action, offer.fields, order.values), connectionOf(order))
    return
  }
  const { spec, fields, kind } = offer
  const action = withValues(spec.do, fields, order.values)
  const armed = { id: faultId(kind, n), times: times(order), match: matchOf(spec, order) }
  // Neither the occasion nor the kind of the effect has changed.
  host.addFault({ ...spec, ...armed, do: action } as FaultSpec)
}
