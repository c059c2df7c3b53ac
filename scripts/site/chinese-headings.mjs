// Chinese headings for texts that are in English alone: those that the Chinese list beside a text gives it, and a few of pages that
// no list names. A heading keeps its English anchor, since texts of both languages link to it.
import path from 'node:path'

import { slugOf } from './slug.mjs'

/** Headings of pages that no list names. @type {Readonly<Record<string, string>>} */
const HEADINGS = {
  Architecture: '架构',
  Rooms: '房间',
  'Three journeys': '三段旅程',
  'Where to look': '该看哪里',
  Recipes: '怎样改动',
  'Rules that hold everywhere': '处处适用的规则',
  Tests: '测试',
  Behaviours: '行为',
  'RP: reconnect policy (pure)': 'RP：重连策略（纯函数）',
  'GW: gateway': 'GW：网关',
  'ST: starting and stopping': 'ST：启动与停止',
  'RS: REST': 'RS：REST 客户端',
  'BT: bot': 'BT：机器人',
  'MT: mistakes and messages': 'MT：使用错误与提示',
  'AS: asking': 'AS：提问',
  'CT: control words': 'CT：控制词',
  'TF: talking first': 'TF：主动消息',
  'PB: publishing': 'PB：发布指令',
  'WH: webhook': 'WH：webhook 接收',
  'RD: many processes over Redis': 'RD：基于 Redis 的多进程',
  'SM: simulator': 'SM：模拟器',
  'CL: command line': 'CL：命令行',
}

/** A line of a list of contents, and a row of a table of pages. */
const LISTED = /^ *- \[(?<heading>[^\]]+)\]\((?<file>[\w-]+\.md)(?:#(?<anchor>[\w-]+))?\)$/gm
const TABLED = /^\| *\[(?<number>\d+)\]\((?<file>[\w-]+\.md)\) *\| *(?<heading>[^|]+?) *\|$/gm

/**
 * The headings that Chinese lists give to texts, by `file` and `file#anchor`.
 *
 * @param {ReadonlyMap<string, string>} texts
 */
const listedIn = (texts) => {
  /** @type {Map<string, string>} */
  const found = new Map()
  for (const [list, text] of texts) {
    if (!list.endsWith('/README.zh-CN.md')) continue
    for (const { groups = {} } of [...text.matchAll(LISTED), ...text.matchAll(TABLED)]) {
      const { file = '', anchor, number, heading = '' } = groups
      const place = path.posix.join(path.posix.dirname(list), file)
      found.set(
        anchor === undefined ? place : `${place}#${anchor}`,
        number ? `${number} ${heading}` : heading,
      )
    }
  }
  return found
}

/**
 * Gives a text in English its Chinese headings.
 *
 * @param {ReadonlyMap<string, string>} texts all texts by their file
 * @returns {(file: string, text: string) => string}
 */
export const chineseHeadings = (texts) => {
  const listed = listedIn(texts)
  return (file, text) =>
    text.replaceAll(
      /^ *(?<fence>`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\k<fence>|(?:^<a id="(?<anchor>[^"]*)"><\/a>\n\n)?^(?<level>#{1,4}) (?<heading>.+)$/gm,
      (whole, ...others) => {
        /** @type {Readonly<Record<'fence' | 'anchor' | 'level' | 'heading', string | undefined>>} */
        const { fence, anchor = '', level = '', heading = '' } = others.at(-1)
        if (fence !== undefined) return whole
        const chinese = listed.get(level === '#' ? file : `${file}#${anchor}`) ?? HEADINGS[heading]
        if (chinese === undefined) return whole
        const before = anchor === '' ? '' : `<a id="${anchor}"></a>\n\n`
        return `${before}${level} ${chinese} {#${slugOf(heading)}}`
      },
    )
}
