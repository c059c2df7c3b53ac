import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { wholeFeed, type FeedFilter } from '../store/state.js'
import { dispatch, missed, room, view } from '../store/store.js'
import { CheckBox } from './check-box.js'
import { Icon } from './icon.js'
import { LogFiles } from './log-files.js'

const kinds = ['frame', 'call', 'event'] as const
const directions = ['in', 'out'] as const

const filterBy = (filter: Partial<FeedFilter>): void => dispatch({ type: 'filter', filter })

const Check = ({ on, label, name }: { on: boolean; label: string; name: 'here' | 'trouble' | 'beats' }) => (
  <CheckBox label={label} checked={on} onChange={(checked) => filterBy({ [name]: checked })} />
)

/** The kinds of lines; several can be chosen. */
const Kinds = (): JSX.Element => {
  const chosen = view.filter.value.kinds
  return (
    <div class="segments" role="group" aria-label={t('feed.kinds')}>
      <button type="button" aria-pressed={chosen.length === 0} onClick={() => filterBy({ kinds: [] })}>
        {t('feed.all')}
      </button>
      {kinds.map((kind) => (
        <button
          key={kind}
          type="button"
          aria-pressed={chosen.includes(kind)}
          onClick={() =>
            filterBy({
              kinds: chosen.includes(kind) ? chosen.filter((each) => each !== kind) : [...chosen, kind],
            })
          }
        >
          {t(`feed.${kind}`)}
        </button>
      ))}
    </div>
  )
}

/** The lines by their way and, with several bots, by bot. */
const Ways = (): JSX.Element => {
  const { direction, bot } = view.filter.value
  const bots = view.bots.value
  return (
    <>
      <select
        aria-label={t('feed.direction')}
        value={direction}
        onChange={(event) => filterBy({ direction: event.currentTarget.value as FeedFilter['direction'] })}
      >
        <option value="all">{t('feed.bothWays')}</option>
        {directions.map((each) => (
          <option key={each} value={each}>
            {t(`feed.${each}`)}
          </option>
        ))}
      </select>
      {bots.length < 2 ? null : (
        <select
          aria-label={t('feed.bot')}
          value={bot ?? ''}
          onChange={(event) => filterBy({ bot: event.currentTarget.value || null })}
        >
          <option value="">{t('feed.allBots')}</option>
          {bots.map(({ appId, name }) => (
            <option key={appId} value={appId}>{`${name} ${appId}`}</option>
          ))}
        </select>
      )}
    </>
  )
}

/** Filters and pause of the feed. */
export const FeedToolbar = (): JSX.Element => {
  const filter = view.filter.value
  const paused = view.frozen.value !== null
  return (
    <div class="feed-toolbar">
      <Kinds />
      <Ways />
      <div class="feed-checks">
        <Check name="here" on={filter.here} label={t('feed.here', { room: room.value?.name ?? '' })} />
        <Check name="trouble" on={filter.trouble} label={t('feed.trouble')} />
        <Check name="beats" on={filter.beats} label={t('feed.beats')} />
      </div>
      <div class="feed-tools">
        <input
          type="search"
          aria-label={t('feed.search')}
          placeholder={t('feed.search')}
          title={t('feed.searchTip')}
          value={filter.text}
          onInput={(event) => filterBy({ text: event.currentTarget.value })}
        />
        <button
          type="button"
          class="quiet icon-only"
          aria-pressed={view.plotted.value}
          aria-label={t('plot.title')}
          title={t('plot.title')}
          onClick={() => dispatch({ type: 'plot', plotted: !view.plotted.value })}
        >
          <Icon name="chart" />
        </button>
        <LogFiles />
        <button
          type="button"
          class="quiet icon-only"
          aria-pressed={paused}
          aria-label={paused ? t('feed.resume') : t('feed.pause')}
          title={paused ? t('feed.resume') : t('feed.pause')}
          onClick={() => dispatch({ type: 'pause', paused: !paused })}
        >
          <Icon name={paused ? 'play' : 'pause'} />
        </button>
        <button
          type="button"
          class="quiet icon-only"
          aria-label={t('feed.clear')}
          title={t('feed.clear')}
          onClick={() => dispatch({ type: 'clear' })}
        >
          <Icon name="clear" />
        </button>
      </div>
      {missed.value > 0 ? <span class="missed">{t('feed.missed', { count: missed.value })}</span> : null}
    </div>
  )
}

/** Shows all lines again. */
export const ShowAll = (): JSX.Element => (
  <button type="button" onClick={() => filterBy(wholeFeed)}>
    {t('feed.everything')}
  </button>
)
