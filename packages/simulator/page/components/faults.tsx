import type { JSX } from 'preact'

import type { PageFault, PageFaultOffer } from '../../src/page/contract/wire.js'
import { faultName } from '../i18n/fault-names.js'
import { clockTime, t } from '../i18n/translate.js'
import { send } from '../store/send.js'
import { view } from '../store/store.js'
import { FaultCard } from './fault-card.js'

const groups: readonly PageFaultOffer['group'][] = [
  'now',
  'handshake',
  'events',
  'lookup',
  'calls',
  'pushes',
  'custom',
]

const Active = ({ fault }: { fault: PageFault }): JSX.Element => (
  <li data-over={fault.remaining === 0}>
    <span class="fault-name" title={fault.what}>
      {fault.kind === 'custom' ? <code>{fault.what}</code> : faultName(fault.kind)}
    </span>
    <span class="fault-meta">
      {fault.remaining === 0 ? null : `${fault.target === 'all' ? t('faults.all') : fault.target} · `}
      {fault.remaining === null
        ? t('faults.untilCleared')
        : fault.remaining === 0
          ? t('faults.over')
          : t('faults.remaining', { count: fault.remaining })}
      {fault.last === null ? null : (
        <>
          <br />
          {t('faults.did', {
            count: fault.strikes,
            time: clockTime(fault.last.at, true),
            where: fault.last.where,
          })}
        </>
      )}
    </span>
    <button type="button" class="quiet" onClick={() => void send('clear', { id: fault.id })}>
      {fault.remaining === 0 ? t('faults.dismiss') : t('faults.clear')}
    </button>
  </li>
)

/** The switches that break the platform. */
export const Faults = (): JSX.Element => {
  const faults = view.faults.value
  const offers = view.offers.value
  if (offers.length === 0) return <p class="faults-intro">{t('faults.none')}</p>
  return (
    <div class="faults">
      <p class="faults-intro">{t('faults.intro')}</p>
      <section class="active-faults" aria-label={t('faults.active')} data-any={faults.length > 0}>
        <div class="group-head">
          <h2>{t('faults.active')}</h2>
          {faults.length > 1 ? (
            <button type="button" class="quiet" onClick={() => void send('clear', { id: 'all' })}>
              {t('faults.clearAll')}
            </button>
          ) : null}
        </div>
        {faults.length === 0 ? (
          <p class="fine">{t('faults.noneActive')}</p>
        ) : (
          <ul>
            {faults.map((fault) => (
              <Active key={fault.id} fault={fault} />
            ))}
          </ul>
        )}
      </section>
      {groups.map((group) => {
        const offered = offers.filter((offer) => offer.group === group)
        return offered.length === 0 ? null : (
          <details key={group} open={group === 'now'}>
            <summary>
              <h2>{t(`faults.group.${group}`)}</h2>
              <span class="fine">{offered.length}</span>
            </summary>
            <ul class="fault-cards">
              {offered.map((offer) => (
                <FaultCard key={offer.kind} offer={offer} />
              ))}
            </ul>
          </details>
        )
      })}
    </div>
  )
}
