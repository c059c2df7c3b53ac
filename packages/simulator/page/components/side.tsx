import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import type { Side as SideName } from '../store/state.js'
import { isTurned } from '../store/select.js'
import { dispatch, hasOutput, view } from '../store/store.js'
import { Faults } from './faults.js'
import { Feed } from './feed.js'
import { Live } from './live.js'
import { Output } from './output.js'
import { Scenarios } from './scenarios.js'
import { Tabs } from './tabs.js'

const sides: readonly SideName[] = ['feed', 'faults', 'live', 'scenarios']

const panels: Readonly<Record<SideName, () => JSX.Element>> = {
  feed: Feed,
  faults: Faults,
  live: Live,
  scenarios: Scenarios,
  output: Output,
}

/** The right side: the wire, the faults, the live switches, the scenarios and, where it is known, the output of the bot. */
export const Side = (): JSX.Element => {
  const shown = hasOutput.value ? [...sides, 'output' as const] : sides
  const side = shown.find((each) => each === view.side.value) ?? 'feed'
  const counts: Readonly<Record<SideName, number>> = {
    feed: 0,
    faults: view.faults.value.filter(({ remaining }) => remaining !== 0).length,
    live: view.switches.value.filter(isTurned).length,
    scenarios: view.playing.value.length,
    output: 0,
  }
  const Panel = panels[side]
  return (
    <aside class="pane side" data-name="side" aria-label={t('side.label')}>
      <Tabs
        label={t('side.label')}
        chosen={side}
        tabs={shown.map((id) => ({
          id,
          text: t(`side.${id}`),
          count: counts[id],
        }))}
        onChoose={(chosen) => dispatch({ type: 'side', side: chosen })}
      />
      <div class="side-panel" role="tabpanel" id={`panel-${side}`} aria-labelledby={`tab-${side}`}>
        <Panel />
      </div>
    </aside>
  )
}
