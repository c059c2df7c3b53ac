import type { JSX } from 'preact'

import type { PageSwitch } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { isTurned } from '../store/select.js'
import { send } from '../store/send.js'
import { view } from '../store/store.js'
import { SectionLinks } from './section-links.js'

/** Initial number when a number is chosen instead of a named value. */
const FIRST_NUMBER = 1000

/** One live switch with all its positions. */
export const LiveSwitch = ({ of }: { of: PageSwitch }): JSX.Element => {
  const { name, section, values, number, value, what } = of
  const turn = (to: string): void => void send('live', { name, value: to })
  const named = values.includes(value)
  return (
    <li class="live-switch" data-turned={isTurned(of)}>
      <div class="live-head">
        <code class="fault-name">{name}</code>
        <span class="fine">
          <SectionLinks text={section} />
        </span>
      </div>
      <p class="fine">{what[view.language.value]}</p>
      <div class="live-values">
        <div class="segments" role="group" aria-label={name}>
          {values.map((each) => (
            <button key={each} type="button" aria-pressed={each === value} onClick={() => turn(each)}>
              {each}
            </button>
          ))}
          {number === null ? null : (
            <button
              type="button"
              aria-pressed={!named}
              onClick={() => (named ? turn(String(FIRST_NUMBER)) : undefined)}
            >
              {t('live.number', { unit: number })}
            </button>
          )}
        </div>
        {named ? null : (
          <input
            type="number"
            min={1}
            aria-label={t('live.numberOf', { name, unit: number ?? '' })}
            value={value}
            onChange={(event) => turn(event.currentTarget.value)}
          />
        )}
      </div>
    </li>
  )
}
