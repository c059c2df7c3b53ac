import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { isTurned } from '../store/select.js'
import { send } from '../store/send.js'
import { view } from '../store/store.js'
import { LiveSwitch } from './live-switch.js'

/** The live switches: rules of the platform on which reports disagree. */
export const Live = (): JSX.Element => {
  const switches = view.switches.value
  return (
    <div class="faults">
      <p class="faults-intro">{t('live.intro')}</p>
      {switches.some(isTurned) ? (
        <section class="active-faults" data-any="true" aria-label={t('live.turned')}>
          <div class="group-head">
            <h2>{t('live.turned')}</h2>
          </div>
          <ul>
            {switches.filter(isTurned).map(({ name, value, start }) => (
              <li key={name}>
                <code class="fault-name">{name}</code>
                <span class="fault-meta">
                  {value} · {t('live.was', { value: start })}
                </span>
                <button type="button" class="quiet" onClick={() => void send('live', { name, value: null })}>
                  {t('live.back')}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section aria-label={t('live.switches')}>
        <div class="group-head">
          <h2>{t('live.switches')}</h2>
          {switches.some(isTurned) ? (
            <button
              type="button"
              class="quiet"
              onClick={() => void send('live', { name: null, value: null })}
            >
              {t('live.reset')}
            </button>
          ) : null}
        </div>
        <ul class="fault-cards">
          {switches.map((each) => (
            <LiveSwitch key={each.name} of={each} />
          ))}
        </ul>
      </section>
    </div>
  )
}
