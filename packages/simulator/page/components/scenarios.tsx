import type { JSX } from 'preact'

import type { PageIncident, PagePlayback } from '../../src/page/contract/wire.js'
import { incidentStory } from '../i18n/incident-stories.js'
import { age, clockTime, t } from '../i18n/translate.js'
import { send } from '../store/send.js'
import { view } from '../store/store.js'
import { FileButton } from './file-button.js'
import { Icon } from './icon.js'
import { SectionLinks } from './section-links.js'

/** Steps of the manual clock, in ms. */
const STEPS = [1_000, 10_000, 60_000, 600_000, 3_600_000] as const

/** The manual clock of the simulator. */
const ManualTime = ({ at }: { at: number }): JSX.Element => (
  <section class="active-faults" aria-label={t('clock.title')}>
    <div class="group-head">
      <h2>{t('clock.title')}</h2>
      <time>{`${new Date(at).toISOString().slice(0, 10)} ${clockTime(at, true)}`}</time>
    </div>
    <p class="fine">{t('clock.intro')}</p>
    <div class="clock-steps">
      {STEPS.map((ms) => (
        <button key={ms} type="button" onClick={() => void send('clock', { ms })}>
          {`+${age(ms)}`}
        </button>
      ))}
    </div>
  </section>
)

const Playing = ({ of: { id, name, position, length, paused } }: { of: PagePlayback }): JSX.Element => (
  <li>
    <code class="fault-name">{name}</code>
    <span class="fault-meta">
      <progress aria-label={name} value={position} max={Math.max(1, length)} />
      {`${age(position)} / ${age(length)}${paused ? ` · ${t('play.paused')}` : ''}`}
    </span>
    <span class="play-acts">
      <button
        type="button"
        class="quiet icon-only"
        aria-label={t(paused ? 'play.resume' : 'play.pause', { name })}
        title={t(paused ? 'play.resume' : 'play.pause', { name })}
        onClick={() => void send('playback', { id, to: paused ? 'resume' : 'pause' })}
      >
        <Icon name={paused ? 'play' : 'pause'} />
      </button>
      <button
        type="button"
        class="quiet icon-only"
        aria-label={t('play.stop', { name })}
        title={t('play.stop', { name })}
        onClick={() => void send('playback', { id, to: 'stop' })}
      >
        <Icon name="close" />
      </button>
    </span>
  </li>
)

const Incident = ({ of: { name, story, source, length } }: { of: PageIncident }): JSX.Element => (
  <li class="live-switch">
    <div class="live-head">
      <code class="fault-name">{name}</code>
      <span class="fine">
        {`${age(length)} · `}
        <SectionLinks text={source} />
      </span>
    </div>
    <p class="fine">{incidentStory(name) ?? story}</p>
    <div>
      <button
        type="button"
        aria-label={t('play.start', { name })}
        onClick={() => void send('play', { scenario: name })}
      >
        <Icon name="play" />
        {t('play.play')}
      </button>
    </div>
  </li>
)

/** Plays a scenario of one's own. */
const OwnScenario = (): JSX.Element => (
  <FileButton
    label={t('play.file')}
    accept=".json"
    onChosen={([file]) => void file?.text().then((scenario) => send('play', { scenario }))}
  />
)

/** What happens over time: running scenarios, the incidents, and the manual clock. */
export const Scenarios = (): JSX.Element => {
  const playing = view.playing.value
  const clock = view.clock.value
  return (
    <div class="faults">
      <p class="faults-intro">{t('play.intro')}</p>
      {clock === null ? null : <ManualTime at={clock} />}
      {playing.length === 0 ? null : (
        <section class="active-faults" aria-label={t('play.running')}>
          <div class="group-head">
            <h2>{t('play.running')}</h2>
          </div>
          <ul>
            {playing.map((each) => (
              <Playing key={each.id} of={each} />
            ))}
          </ul>
        </section>
      )}
      <section aria-label={t('play.incidents')}>
        <div class="group-head">
          <h2>{t('play.incidents')}</h2>
          <OwnScenario />
        </div>
        <ul class="fault-cards">
          {view.incidents.value.map((each) => (
            <Incident key={each.name} of={each} />
          ))}
        </ul>
      </section>
    </div>
  )
}
