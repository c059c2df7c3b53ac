import { growthOf, hostileUnits } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import { cleanText } from '../../src/events/clean-text.js'
import { parseUsage } from '../../src/events/arguments.js'
import { CommandTable } from '../../src/events/command.js'
import { splitWords } from '../../src/events/words.js'
import { parseMessage } from '../support/parse-message.js'
import { stderrSink } from '../../src/index.js'
import { mentionsPeople } from '../../src/reply/render-for-target.js'

const table = new CommandTable([{ name: 'say it' }, { name: '说' }], { prefixes: ['/'], bare: true })
const log = stderrSink({ write: () => {}, env: {}, locale: () => 'en' })

/** Everything that reads what people have written, before any handler has seen it or afterwards. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  cleanText: (text) => cleanText(text, { escaped: false, ownNames: () => ['bot'] }),
  'cleanText in guilds': (text) => cleanText(text, { escaped: true, ownNames: () => ['bot', 'a.b'] }),
  parseMessage: (text) =>
    parseMessage('GROUP_MESSAGE_CREATE', {
      id: 'm',
      group_openid: 'g',
      content: text,
      author: { member_openid: 'u', username: text },
      attachments: [{ content_type: text, filename: text, url: text }],
      message_scene: { ext: [`msg_idx=${text}`] },
      timestamp: text,
    }),
  'a command': (text) => table.read(`/${text}`),
  'a sub-command': (text) => table.read(`/say ${text}`),
  parseUsage,
  splitWords,
  'splitWords behind a quote': (text) => splitWords(`” ${text}`),
  mentionsPeople: (text) => mentionsPeople({ markdown: { content: text } }),
  'a record on stderr': (text) => log({ level: 'warn', event: 'x', message: text, error: new Error(text) }),
}

describe.each(Object.entries(READERS))('RS-56 %s', (_name, read) => {
  it('takes time in proportion to the length of a message, whatever is in it', () => {
    const slow = hostileUnits.flatMap((unit) =>
      ['', 'a“'].flatMap((start) => {
        const text = (length: number): string => `${start}${unit.repeat(Math.ceil(length / unit.length))}a`
        const { tooFastAt } = growthOf(read, text)
        return tooFastAt === null ? [] : [`${JSON.stringify(start + unit)} at ${tooFastAt}`]
      }),
    )
    expect(slow).toEqual([])
  })
})
