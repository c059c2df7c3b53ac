import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import type { FeedKind } from '../store/state.js'
import { dispatch, missed, view } from '../store/store.js'
import { Icon } from './icon.js'

const kinds: readonly FeedKind[] = ['all', 'frame', 'call', 'event']

/** Filters and pause of the feed. */
export const FeedToolbar = (): JSX.Element => {
  const filter = view.filter.value
  const paused = view.frozen.value !== null
  return (
    <div class="feed-toolbar">
      <div class="segments" role="group" aria-label={t('feed.kinds')}>
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={filter.kind === kind}
            onClick={() => dispatch({ type: 'filter', filter: { kind } })}
          >
            {t(`feed.${kind}`)}
          </button>
        ))}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={filter.beats}
          onChange={(event) => dispatch({ type: 'filter', filter: { beats: event.currentTarget.checked } })}
        />
        {t('feed.beats')}
      </label>
      <div class="feed-tools">
        <input
          type="search"
          aria-label={t('feed.search')}
          placeholder={t('feed.search')}
          value={filter.text}
          onInput={(event) => dispatch({ type: 'filter', filter: { text: event.currentTarget.value } })}
        />
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
