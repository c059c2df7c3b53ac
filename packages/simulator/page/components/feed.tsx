import { useRef } from 'preact/hooks'
import type { JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { feed, view } from '../store/store.js'
import { FeedRow } from './feed-row.js'
import { FeedToolbar, ShowAll } from './feed-toolbar.js'
import { Icon } from './icon.js'
import { JumpToEnd } from './jump-to-end.js'
import { useStickToEnd } from './stick-to-end.js'

/** Every frame and call, newest at the end. */
export const Feed = (): JSX.Element => {
  const box = useRef<HTMLDivElement>(null)
  const entries = feed.value
  const end = useStickToEnd(box, 'feed')
  const quiet = view.feed.value.length === 0
  return (
    <>
      <FeedToolbar />
      <div class="scroller">
        <div class="feed" ref={box} tabIndex={0} role="region" aria-label={t('feed.label')}>
          <div class="scrolled">
            {entries.length === 0 ? (
              <div class="empty">
                <Icon name="wire" />
                <h2>{t('feed.emptyTitle')}</h2>
                <p>{quiet ? t('feed.emptyText') : t('feed.noMatch')}</p>
                {quiet ? null : <ShowAll />}
              </div>
            ) : (
              <ol>
                {entries.map((entry) => (
                  <FeedRow key={entry.seq} entry={entry} />
                ))}
              </ol>
            )}
          </div>
        </div>
        <JumpToEnd end={end} />
      </div>
    </>
  )
}
