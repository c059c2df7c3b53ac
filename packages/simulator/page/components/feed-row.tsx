import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { memo } from 'preact/compat'

import type { PageFeedEntry } from '../../src/page/contract/wire.js'
import { eventVerb } from '../i18n/event-verbs.js'
import { clockTime, t } from '../i18n/translate.js'
import { BotTag } from './bot-tag.js'
import { CopyButton } from './copy-button.js'
import { Icon } from './icon.js'
import { Json } from './json.js'

/** A path whose ids are cut in the middle, so that its end can be read. */
const shortPath = (path: string): string =>
  path
    .split('/')
    .map((part) => (part.length > 16 && /\d/.test(part) ? `${part.slice(0, 4)}…${part.slice(-3)}` : part))
    .join('/')

const arrows = { in: '←', out: '→', none: '•' } as const

/** One line; opens to the raw JSON. Memoized, since the list around it grows. */
export const FeedRow = memo(({ entry }: { entry: PageFeedEntry }): JSX.Element => {
  const open = useSignal(false)
  return (
    <li class="feed-row" data-kind={entry.kind} data-direction={entry.direction} data-tone={entry.tone}>
      <button
        type="button"
        class="feed-line"
        aria-expanded={entry.detail === null ? undefined : open.value}
        disabled={entry.detail === null}
        onClick={() => {
          open.value = !open.value
        }}
      >
        <span class="chevron">{entry.detail === null ? null : <Icon name="chevron" />}</span>
        <time>{clockTime(entry.at, true)}</time>
        <span
          class="arrow"
          role="img"
          aria-label={t(`feed.${entry.direction}`)}
          title={t(`feed.${entry.direction}`)}
        >
          {arrows[entry.direction]}
        </span>
        <span class="verb">{entry.kind === 'event' ? eventVerb(entry.verb) : entry.verb}</span>
        <span class="subject" title={entry.subject}>
          {entry.bot === null ? null : <BotTag appId={entry.bot} short />}
          {entry.kind === 'call' ? shortPath(entry.subject) : entry.subject}
        </span>
        <span class="result" title={entry.result}>
          {entry.result}
        </span>
        {entry.gist === '' ? null : <span class="gist">{entry.gist}</span>}
      </button>
      {open.value && entry.detail !== null ? (
        <div class="feed-detail">
          <CopyButton label={t('feed.copy')} value={entry.detail} />
          <Json text={entry.detail} />
        </div>
      ) : null}
    </li>
  )
})
