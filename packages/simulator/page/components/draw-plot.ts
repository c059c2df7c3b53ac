import uPlot from 'uplot'

import type { PageMoment, PageTimeline } from '../../src/page/contract/wire.js'

/** Height of the plot, and of the strip with the states, in px. */
const HEIGHT = 132
const STRIP = 12

const colourNames = ['line', 'text-3', 'accent', 'bad', 'lamp-good', 'lamp-wait', 'lamp-frozen'] as const

type Colours = Readonly<Record<(typeof colourNames)[number], string>>

const coloursOf = (element: HTMLElement): Colours => {
  const styles = getComputedStyle(element)
  return Object.fromEntries(
    colourNames.map((name) => [name, styles.getPropertyValue(`--${name}`).trim()]),
  ) as Colours
}

const stateColours: Readonly<Record<PageMoment['state'], keyof Colours | null>> = {
  never: null,
  ready: 'lamp-good',
  joining: 'lamp-wait',
  frozen: 'lamp-frozen',
  away: 'bad',
}

const dataOf = ({ start, width, moments }: PageTimeline): uPlot.AlignedData => [
  moments.map((_, index) => (start + index * width) / 1000),
  moments.map(({ wait }) => (wait > 0 ? wait / 1000 : null)),
  // A mark, whose height says nothing.
  moments.map(({ faults }) => (faults > 0 ? 0.9 : null)),
]

/** The strip at the bottom: the state of the connections. */
const drawStates = (plot: uPlot, { start, width, moments }: PageTimeline, colours: Colours): void => {
  const { ctx, bbox } = plot
  const height = STRIP * devicePixelRatio
  ctx.save()
  moments.forEach(({ state }, index) => {
    const colour = stateColours[state]
    if (colour === null) return
    const left = plot.valToPos((start + index * width) / 1000, 'x', true)
    const right = Math.min(
      plot.valToPos((start + (index + 1) * width) / 1000, 'x', true),
      bbox.left + bbox.width,
    )
    ctx.fillStyle = colours[colour]
    ctx.fillRect(left, bbox.top + bbox.height - height, Math.max(1, right - left), height)
  })
  ctx.restore()
}

/** A drawn timeline. */
export interface Plot {
  show(timeline: PageTimeline): void
  remove(): void
}

/** Draws timelines into an element. `time` writes a time in ms; `onMoment`: a click on a moment. */
export const drawPlot = (
  box: HTMLElement,
  waits: string,
  faults: string,
  time: (at: number) => string,
  onMoment: (at: number) => void,
): Plot => {
  const colours = coloursOf(box)
  let shown: PageTimeline = { start: 0, width: 1, moments: [] }
  const axis = {
    stroke: colours['text-3'],
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  }
  const bars = uPlot.paths.bars?.({ size: [1, 6, 2], align: 1 })
  const plot = new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: {
          time: true,
          range: () => [shown.start / 1000, (shown.start + shown.moments.length * shown.width) / 1000],
        },
        s: { range: (_plot, _min, max) => [-0.25 * (max || 1), (max || 1) * 1.2] },
        mark: { range: [0, 1] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          space: 70,
          values: (_plot, values) => values.map((value) => time(value * 1000)),
        },
        {
          ...axis,
          scale: 's',
          size: 40,
          values: (_plot, values) => values.map((value) => (value < 0 ? '' : `${value} s`)),
        },
      ],
      series: [
        {},
        {
          label: waits,
          scale: 's',
          stroke: colours.accent,
          fill: colours.accent,
          ...(bars ? { paths: bars } : {}),
          points: { show: false },
        },
        {
          label: faults,
          scale: 'mark',
          stroke: colours.bad,
          paths: () => null,
          points: { show: true, size: 7, fill: colours.bad },
        },
      ],
      hooks: { draw: [(drawn) => drawStates(drawn, shown, colours)] },
    },
    dataOf(shown),
    box,
  )
  plot.over.addEventListener('click', (event) => {
    const { start, width } = shown
    const passed = plot.posToVal(event.offsetX, 'x') * 1000 - start
    // Where its moment began: an entry may be anywhere within it.
    onMoment(start + Math.max(0, Math.floor(passed / width)) * width)
  })
  const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }))
  observer.observe(box)
  return {
    show: (timeline) => {
      shown = timeline
      plot.setData(dataOf(timeline))
    },
    remove: () => {
      observer.disconnect()
      plot.destroy()
    },
  }
}
