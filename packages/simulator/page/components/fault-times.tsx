import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'

export type Often = 'once' | 'n' | 'always'
const choices: readonly Often[] = ['once', 'n', 'always']

/** Number of strikes of a fault. */
export const FaultTimes = ({
  often,
  count,
}: {
  often: Signal<Often>
  count: Signal<string>
}): JSX.Element => (
  <div class="fault-times">
    <div class="segments" role="group" aria-label={t('faults.times')}>
      {choices.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={often.value === each}
          onClick={() => {
            often.value = each
          }}
        >
          {t(`faults.${each}`)}
        </button>
      ))}
    </div>
    {often.value === 'n' ? (
      <input
        type="number"
        min={1}
        max={1000}
        aria-label={t('faults.count')}
        value={count.value}
        onInput={(event) => {
          count.value = event.currentTarget.value
        }}
      />
    ) : null}
  </div>
)
