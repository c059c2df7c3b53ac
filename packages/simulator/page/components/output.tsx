import { useRef } from 'preact/hooks'
import type { JSX } from 'preact'
import { memo } from 'preact/compat'

import type { PageLine } from '../../src/page/contract/wire.js'
import { clockTime, t } from '../i18n/translate.js'
import { dispatch, output, view } from '../store/store.js'
import { JumpToEnd } from './jump-to-end.js'
import { useStickToEnd } from './stick-to-end.js'

const marks = { stdout: ' ', stderr: '!', dev: '•' } as const

const Line = memo(({ line: { at, from, level, text } }: { line: PageLine }): JSX.Element => (
  <li class="output-line" data-from={from} data-level={level}>
    <time>{clockTime(at, true)}</time>
    <span role="img" aria-label={from} title={from}>
      {marks[from]}
    </span>
    <bdi>{text}</bdi>
  </li>
))

/** The log of the bot: what its program writes, and words of the tool that runs it, newest at the end. */
export const Output = (): JSX.Element => {
  const box = useRef<HTMLDivElement>(null)
  const end = useStickToEnd(box, 'output')
  const lines = output.value
  return (
    <>
      <div class="feed-toolbar">
        <input
          type="search"
          aria-label={t('feed.search')}
          placeholder={t('feed.search')}
          title={t('feed.searchTip')}
          value={view.sought.value}
          onInput={(event) => dispatch({ type: 'seek', sought: event.currentTarget.value })}
        />
      </div>
      <div class="scroller">
        <div class="feed" ref={box} tabIndex={0} role="region" aria-label={t('side.output')}>
          <ol>
            {lines.length === 0 ? <li class="earlier">{t('feed.noMatch')}</li> : null}
            {lines.map((line) => (
              <Line key={line.order} line={line} />
            ))}
          </ol>
        </div>
        <JumpToEnd end={end} />
      </div>
    </>
  )
}
