import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import type { PageTimeline } from '../../src/page/contract/wire.js'
import { age, clockTime, t } from '../i18n/translate.js'
import { readTimeline, showMoment } from '../store/send.js'
import { view } from '../store/store.js'
import type { Plot } from './draw-plot.js'

/** Time between two looks at a timeline that grows, in ms. */
const LOOK = 2000

/** The timeline of the open file, or the one of the simulator, which grows. */
const useTimeline = (): PageTimeline | null => {
  const grown = useSignal<PageTimeline | null>(null)
  const past = view.past.value
  const isFile = past?.name != null
  useEffect(() => {
    if (isFile) return undefined
    let ended = false
    const look = async (): Promise<void> => {
      const timeline = await readTimeline()
      if (!ended && timeline) grown.value = timeline
    }
    void look()
    const timer = setInterval(() => void look(), LOOK)
    return () => {
      ended = true
      clearInterval(timer)
    }
  }, [isFile])
  return isFile ? past.timeline : grown.value
}

/** The timeline in words. */
const inWords = ({ width, moments }: PageTimeline): string => {
  const losses = moments.filter(
    ({ state }, index) => state === 'away' && moments[index - 1]?.state !== 'away',
  )
  const longest = Math.max(0, ...moments.map(({ wait }) => wait))
  return t('plot.words', {
    time: age(moments.length * width),
    losses: losses.length,
    faults: moments.reduce((sum, { faults }) => sum + faults, 0),
    wait: longest < 1000 ? `${Math.round(longest)} ms` : age(longest),
  })
}

/** Connection states, waits and faults over time; a click or the slider jumps to a moment of the log. */
export const Timeline = (): JSX.Element => {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot | null>(null)
  const timeline = useTimeline()
  const latest = useRef(timeline)
  latest.current = timeline
  const language = view.language.value
  useEffect(() => {
    let ended = false
    const draw = async (): Promise<void> => {
      // Loaded when it is first wanted: the library is a quarter of the page.
      const { drawPlot } = await import('./draw-plot.js')
      if (ended || !box.current) return
      plot.current = drawPlot(
        box.current,
        t('plot.waits'),
        t('plot.faults'),
        (at) => clockTime(at, true),
        (at) => void showMoment(at),
      )
      if (latest.current) plot.current.show(latest.current)
    }
    void draw()
    return () => {
      ended = true
      plot.current?.remove()
      plot.current = null
    }
  }, [language])
  useEffect(() => {
    if (timeline) plot.current?.show(timeline)
  }, [timeline])
  const start = timeline?.start ?? 0
  const end = start + (timeline ? timeline.moments.length * timeline.width : 0)
  return (
    <section class="timeline" aria-label={t('plot.title')}>
      <p class="fine">{timeline && timeline.moments.length > 0 ? inWords(timeline) : t('feed.emptyTitle')}</p>
      <div class="plot" ref={box} aria-hidden="true" />
      <input
        type="range"
        aria-label={t('plot.jump')}
        title={t('plot.jump')}
        min={start}
        max={end}
        step={timeline?.width ?? 1}
        disabled={end === start}
        onChange={(event) => void showMoment(Number(event.currentTarget.value))}
        onInput={(event) => {
          event.currentTarget.setAttribute(
            'aria-valuetext',
            clockTime(Number(event.currentTarget.value), true),
          )
        }}
      />
      <ul class="plot-legend">
        {(['ready', 'joining', 'frozen', 'away', 'wait', 'fault'] as const).map((name) => (
          <li key={name} data-name={name}>
            {t(`plot.${name}`)}
          </li>
        ))}
      </ul>
    </section>
  )
}
