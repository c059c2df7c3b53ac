import type { CallAction, FaultSpec, SocketAction } from '../../core/kernel/faults.js'
import { faults } from '../../faults/catalogue.js'
import type { PageFaultField, PageFaultGroup } from '../contract/wire.js'

/** The inputs of an offer's fields. */
export type OfferValues = Readonly<Record<string, string>>

interface OfferBase {
  readonly kind: string
  readonly group: PageFaultGroup
  readonly fields: readonly PageFaultField[]
}

/** Acts on open connections at once. */
interface NowOffer extends OfferBase {
  readonly group: 'now'
  readonly action: SocketAction
}

/** Is armed, and waits for its occasion. Its fields replace numbers of its effect. */
interface ArmedOffer extends OfferBase {
  readonly group: Exclude<PageFaultGroup, 'now' | 'custom'>
  readonly spec: FaultSpec
}

/** Any fault, written as JSON. */
interface CustomOffer extends OfferBase {
  readonly group: 'custom'
}

export type Offer = NowOffer | ArmedOffer | CustomOffer

/** Numbers of an effect that a person may want to change: a close code, a status, a delay, an interval. */
const changeable = ['code', 'status', 'ms', 'value'] as const

const fieldsOf = (action: SocketAction | FaultSpec['do']): readonly PageFaultField[] =>
  action.kind === 'error' || action.kind === 'answer'
    ? []
    : Object.entries(action).flatMap(([name, value]) =>
        typeof value === 'number' && changeable.some((each) => each === name)
          ? [{ name, type: 'number', value: String(value) } as const]
          : [],
      )

/** Routes of the calls before a connection. */
const lookups: ReadonlySet<string | undefined> = new Set(['gateway', 'token'])

const groupOf = ({ on, match }: FaultSpec): ArmedOffer['group'] => {
  if (on === 'event' || on === 'replay') return 'events'
  if (on === 'push') return 'pushes'
  if (on === 'call') return lookups.has(match?.route) ? 'lookup' : 'calls'
  return 'handshake'
}

const nowOffer = (kind: string, action: SocketAction): NowOffer => ({
  kind,
  group: 'now',
  action,
  fields: fieldsOf(action),
})

const armedOffer = (kind: string, spec: FaultSpec): ArmedOffer => ({
  kind,
  group: groupOf(spec),
  spec,
  fields: fieldsOf(spec.do),
})

const exampleFault: FaultSpec = {
  on: 'event',
  do: { kind: 'delay', ms: 3000 },
  times: 2,
  match: { peer: 'ann' },
}

/** The faults that the page offers: all of the catalogue, and what acts at once. */
export const faultOffers: readonly Offer[] = [
  nowOffer('drop', { kind: 'drop' }),
  nowOffer('reset', { kind: 'reset' }),
  nowOffer('half-open', { kind: 'half-open' }),
  nowOffer('reconnect', { kind: 'reconnect' }),
  { ...nowOffer('reconnect-4009', { kind: 'reconnect', thenClose: 4009, after: 500 }), fields: [] },
  nowOffer('heartbeat-now', { kind: 'heartbeat' }),
  nowOffer('invalid-true', { kind: 'invalid', d: true }),
  nowOffer('invalid-false', { kind: 'invalid', d: false }),
  nowOffer('close', { kind: 'close', code: 4009 }),
  ...Object.entries(faults).map(([kind, spec]) => armedOffer(kind, spec)),
  armedOffer('identify-close', { on: 'identify', do: { kind: 'close', code: 4004 } }),
  armedOffer('event-drop', { on: 'event', do: { kind: 'drop' } }),
  {
    kind: 'custom',
    group: 'custom',
    fields: [{ name: 'fault', type: 'json', value: JSON.stringify(exampleFault, null, 2) }],
  },
]

/** An effect with the numbers that a person chose. */
export const withValues = <Action extends SocketAction | CallAction | FaultSpec['do']>(
  action: Action,
  fields: readonly PageFaultField[],
  values: OfferValues,
): Action =>
  Object.assign(
    { ...action },
    ...fields.map(({ name, value }) => ({ [name]: Number(values[name] ?? value) })),
  ) as Action
