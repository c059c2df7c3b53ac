import { describe, expect, it } from 'vitest'

import { liveSwitches } from '../../src/core/rules/live-switches.js'
import { faults } from '../../src/faults/catalogue.js'
import { faultOffers } from '../../src/page/controls/fault-offers.js'
import { pageSwitches } from '../../src/page/controls/page-switches.js'
import { requestFault } from '../../src/page/controls/request-fault.js'
import { createFakeHost } from '../support/fake-host.js'

const order = (kind: string, fields: object = {}) => ({
  kind,
  times: 'once' as const,
  target: 'all',
  values: Object.fromEntries(
    (faultOffers.find((offer) => offer.kind === kind)?.fields ?? []).map(({ name, value }) => [name, value]),
  ),
  ...fields,
})

describe('the board of the page', () => {
  it.each(Object.entries(faults))('SM-02 arms %s exactly as the catalogue has it', (kind, spec) => {
    const host = createFakeHost()
    requestFault(host, order(kind), 1)
    expect(host.faults()).toEqual([
      { id: `page:${kind}:1`, left: 1, spec: { match: {}, ...spec, id: `page:${kind}:1`, times: 1 } },
    ])
  })

  it('SM-02 changes the numbers of a fault, and its aim', () => {
    const host = createFakeHost()
    requestFault(host, order('late-event', { values: { ms: '7' }, target: '3' }), 1)
    requestFault(host, order('anchor-expired', { target: 'group.send' }), 2)
    requestFault(host, order('server-error', { target: '*' }), 3)
    expect(host.faults().map(({ spec: { do: action, match } }) => ({ action, match }))).toMatchObject([
      { action: { kind: 'delay', ms: 7 }, match: { connection: 3 } },
      { match: { route: 'group.send', passive: true } },
      { match: {} },
    ])
  })

  it.each([
    ['{"on": "event",\n  do: 1}', 'line 2, column 3'],
    ['{"on": "event"', 'line 1, column 15'],
    ['[1', 'line 1, column 3'],
  ])('SM-02 says where %j is no JSON', (fault, place) => {
    const host = createFakeHost()
    expect(() => requestFault(host, order('custom', { values: { fault } }), 1)).toThrow(place)
  })

  it('SM-07 has every live switch of the library', () => {
    expect(pageSwitches(createFakeHost().live).map(({ name }) => name)).toEqual(Object.keys(liveSwitches))
  })
})
