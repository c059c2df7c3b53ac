// Draws what `simulate` of the reconnect policy decides in a bad night: a row for each disconnect, with the time that the
// connection lived and the wait that follows.

/** @import { Facts } from './read-facts.mjs' */
/** @import { Language } from './sources.mjs' */
/** @typedef {ReturnType<Facts['badNight']>[number]} Step */

const ROW = 24
const LABELS = 275
const PLOT = 400
const HEAD = 34

/** @type {Record<Language, { title: string, resume: string, identify: string, stop: string, wait: (seconds: number) => string, connected: string, waiting: string }>} */
const WORDS = {
  en: {
    title: 'A bad night: what ends each connection, and how the next one begins',
    resume: 'resume',
    identify: 'identify',
    stop: 'stop for good',
    wait: (seconds) => `in ${seconds} s`,
    connected: 'connection',
    waiting: 'wait',
  },
  zh: {
    title: '糟糕的一夜：每次断线的原因，以及下一次如何连接',
    resume: '恢复会话',
    identify: '新会话',
    stop: '彻底停止',
    wait: (seconds) => `${seconds} 秒后`,
    connected: '连接',
    waiting: '等待',
  },
}

const clock = (/** @type {number} */ ms) => new Date(ms).toISOString().slice(11, 19)

/**
 * The plot as SVG, whose colours are those of the page.
 *
 * @param {readonly Step[]} steps
 * @param {Language} language
 */
export const nightPlot = (steps, language) => {
  const words = WORDS[language]
  const end = Math.max(...steps.map(({ endedAt }) => endedAt))
  const x = (/** @type {number} */ ms) => LABELS + (ms / end) * PLOT
  const hours = Array.from({ length: Math.floor(end / 3_600_000) + 1 }, (_, hour) => hour)
  const height = HEAD + steps.length * ROW + 8
  const grid = hours.map(
    (hour) =>
      `<line class="grid" x1="${x(hour * 3_600_000)}" x2="${x(hour * 3_600_000)}" y1="${HEAD - 8}" y2="${height}"/>` +
      `<text x="${x(hour * 3_600_000) + 3}" y="${HEAD - 12}">${hour} h</text>`,
  )
  const rows = steps.map(({ connectAt, endedAt, disconnect, decision }, index) => {
    const top = HEAD + index * ROW
    const next =
      decision.action === 'stop'
        ? words.stop
        : `${words[decision.action]} ${words.wait(Math.round((decision.connectAt - endedAt) / 1000))}`
    const bar = (/** @type {string} */ name, /** @type {number} */ from, /** @type {number} */ to) =>
      `<rect class="${name}" x="${x(from)}" y="${top + 4}" width="${Math.max(2, x(to) - x(from))}" height="${ROW - 10}"/>`
    const wait = decision.action === 'stop' ? '' : bar('waiting', endedAt, decision.connectAt)
    return `<text x="0" y="${top + 15}">${clock(endedAt)}</text><text x="62" y="${top + 15}">${disconnect.cause}</text><text x="165" y="${top + 15}">${next}</text>${bar('connected', connectAt, endedAt)}${wait}`
  })
  const legend = `<rect class="connected" x="0" y="8" width="10" height="10"/><text x="16" y="17">${words.connected}</text><rect class="waiting" x="110" y="8" width="10" height="10"/><text x="126" y="17">${words.waiting}</text>`
  return `<div class="diagram" v-pre><svg class="plot" role="img" aria-label="${words.title}" viewBox="0 0 ${LABELS + PLOT + 40} ${height}">${legend}${grid.join('')}${rows.join('')}</svg></div>`
}
