import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'

import type { PageFaultOffer } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { view } from '../store/store.js'

/** Names that match several routes. */
const routeFamilies = ['send', 'recall', 'gateway', 'c2c', 'group', 'channel', 'dm'] as const

/** The aim of a fault: one connection, one route, or all. */
export const FaultAim = ({
  offer,
  target,
}: {
  offer: PageFaultOffer
  target: Signal<string>
}): JSX.Element | null => {
  if (offer.aim === 'none') return null
  if (offer.aim === 'connection') {
    return (
      <label>
        {t('faults.target')}
        <select
          value={target.value}
          onChange={(event) => {
            target.value = event.currentTarget.value
          }}
        >
          <option value="all">{t('faults.allConnections')}</option>
          {view.connections.value.map(({ id, shard }) => (
            <option key={id} value={id}>
              #{id}
              {shard ? ` · ${t('connection.shard')} ${shard.join('/')}` : ''}
            </option>
          ))}
        </select>
      </label>
    )
  }
  return (
    <label>
      {t('faults.route')}
      <input
        list={`routes-${offer.kind}`}
        autocomplete="off"
        placeholder={offer.route ?? t('faults.allRoutes')}
        value={target.value === 'all' ? '' : target.value}
        onInput={(event) => {
          target.value = event.currentTarget.value || 'all'
        }}
      />
      <datalist id={`routes-${offer.kind}`}>
        <option value="*">{t('faults.allRoutes')}</option>
        {[...routeFamilies, ...view.routes.value].map((route) => (
          <option key={route} value={route} />
        ))}
      </datalist>
    </label>
  )
}
