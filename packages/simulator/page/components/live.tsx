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
