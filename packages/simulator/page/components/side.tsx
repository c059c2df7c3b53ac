import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import type { Side as SideName } from '../store/state.js'
import { dispatch, view } from '../store/store.js'
import { Faults } from './faults.js'
import { Feed } from './feed.js'
import { Tabs } from './tabs.js'

const sides: readonly SideName[] = ['feed', 'faults']

/** The right side: what goes over the wire, and the switches that break it. */
export const Side = (): JSX.Element => {
  const side = view.side.value
  const faults = view.faults.value
  return (
    <aside class="pane side" data-name="side" aria-label={t('side.label')}>
      <Tabs
        label={t('side.label')}
        chosen={side}
        tabs={sides.map((id) => ({
          id,
          text: t(`side.${id}`),
          count: id === 'faults' ? faults.length : 0,
        }))}
        onChoose={(chosen) => dispatch({ type: 'side', side: chosen })}
      />
      <div class="side-panel" role="tabpanel" id={`panel-${side}`} aria-labelledby={`tab-${side}`}>
        {side === 'feed' ? <Feed /> : <Faults />}
      </div>
    </aside>
  )
}
