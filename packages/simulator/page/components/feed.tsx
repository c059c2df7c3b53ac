import { useRef } from 'preact/hooks'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { partOf } from '../store/select.js'
import { showMoment } from '../store/send.js'
import { DRAWN_LIMIT, type State } from '../store/state.js'
import { dispatch, feed, view } from '../store/store.js'
import { FeedRow } from './feed-row.js'
import { FeedToolbar, ShowAll } from './feed-toolbar.js'
import { Icon } from './icon.js'
import { JumpToEnd } from './jump-to-end.js'
import { useStickToEnd } from './stick-to-end.js'
import { Timeline } from './timeline.js'

/** A part of an earlier log, with the ways to the parts before and after it. */
const Past = ({ past }: { past: NonNullable<State['past']> }): JSX.Element => {
  const { rows, before, after } = partOf(feed.value, past.from)
  const Way = ({ to, text }: { to: number | null; text: string }): JSX.Element | null =>
    to === null ? null : (
      <li class="earlier">
        <button type="button" class="quiet" onClick={() => dispatch({ type: 'from', from: to })}>
          {text}
        </button>
      </li>
    )
  return (
    <>
      <div class="past" role="status">
        <span>{t('feed.past', { name: past.name ?? t('feed.ownLog'), count: past.rows.length })}</span>
        <button type="button" class="quiet" onClick={() => dispatch({ type: 'past', past: null })}>
          {t('feed.now')}
        </button>
      </div>
      {/* Another part begins at its top. */}
      <div key={past.from} class="feed" tabIndex={0} role="region" aria-label={t('feed.label')}>
        {rows.length === 0 ? <NoRows quiet={past.rows.length === 0} /> : null}
        <ol>
          <Way to={before} text={t('feed.before')} />
          {rows.map((entry) => (
            <FeedRow key={entry.seq} entry={entry} />
          ))}
          <Way to={after} text={t('feed.after')} />
        </ol>
      </div>
    </>
  )
}

const NoRows = ({ quiet }: { quiet: boolean }): JSX.Element => (
  <div class="empty">
    <Icon name="wire" />
    <h2>{t('feed.emptyTitle')}</h2>
    <p>{quiet ? t('feed.emptyText') : t('feed.noMatch')}</p>
    {quiet ? null : <ShowAll />}
  </div>
)

/** Every frame and call, newest at the end. Lines before those on the screen are in the whole log. */
const LiveFeed = (): JSX.Element => {
  const box = useRef<HTMLDivElement>(null)
  const entries = feed.value.slice(-DRAWN_LIMIT)
  const oldest = view.feed.value[0]?.seq ?? 0
  const isWhole = entries.length === feed.value.length && (oldest <= 1 || oldest <= view.clearedTo.value)
  const before = feed.value.at(-2 * DRAWN_LIMIT) ?? feed.value[0]
  const end = useStickToEnd(box, 'feed')
  const quiet = view.feed.value.length === 0
  return (
    <div class="scroller">
      <div class="feed" ref={box} tabIndex={0} role="region" aria-label={t('feed.label')}>
        <div class="scrolled">
          {entries.length === 0 ? (
            <NoRows quiet={quiet} />
          ) : (
            <ol>
              {before && !isWhole ? (
                <li class="earlier">
                  <button type="button" class="quiet" onClick={() => void showMoment(before.at)}>
                    {t('feed.before')}
                  </button>
                </li>
              ) : null}
              {entries.map((entry) => (
                <FeedRow key={entry.seq} entry={entry} />
              ))}
            </ol>
          )}
        </div>
      </div>
      <JumpToEnd end={end} />
    </div>
  )
}

/** The wire: the live feed, or an earlier log. */
export const Feed = (): JSX.Element => {
  const past = view.past.value
  return (
    <>
      <FeedToolbar />
      {view.plotted.value ? <Timeline /> : null}
      {past === null ? <LiveFeed /> : <Past past={past} />}
    </>
  )
}
