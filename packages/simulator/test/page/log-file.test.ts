import { describe, expect, it } from 'vitest'

import type { LogEntry, LogEntryBody } from '../../src/core/kernel/log-entry.js'
import { logFile, readLogFile } from '../../src/page/log-files/log-file.js'
import { logRows } from '../../src/page/view/log-rows.js'
import { call, closed, frame, opened, said, session } from '../support/entries.js'
import { createFakeHost } from '../support/fake-host.js'

const bodies: readonly LogEntryBody[] = [
  opened(),
  frame({ direction: 'in', op: 2, text: '{"op":2}' }),
  session('created'),
  frame({ t: 'READY', s: 1, text: '{"op":0,"s":1,"t":"READY"}' }),
  said('my secret', { id: 'm', payload: { content: 'my secret' } }),
  frame({
    t: 'C2C_MESSAGE_CREATE',
    s: 2,
    text: '{"op":0,"s":2,"t":"C2C_MESSAGE_CREATE","d":{"content":"my secret","author":{"user_openid":"U"}}}',
    fault: 'doubled',
  }),
  call({ request: '{"content":"my secret"}', ms: 250, path: '/v2/users/U/messages?a=1' }),
  call({ status: 429, code: 22009, response: '{"code":22009}', executed: false, fault: 'f1' }),
  {
    kind: 'push',
    push: 3,
    bot: '102000001',
    t: 'C2C_MESSAGE_CREATE',
    id: 'E',
    attempt: 2,
    status: 500,
    outcome: 'refused',
    body: '{}',
  },
  closed(1, 4009),
]

const hostOf = (entries: readonly LogEntryBody[]): ReturnType<typeof createFakeHost> => {
  const host = createFakeHost()
  for (const entry of entries) host.record(entry)
  return host
}

interface Har {
  readonly log: { readonly version: string; readonly entries: readonly Readonly<Record<string, unknown>>[] }
}

describe('the log as a file', () => {
  const host = hostOf(bodies)
  const { rows } = logRows(host.log(), host.bot.appId)

  it('SM-25 is the same log again after it was saved as JSON and opened', () => {
    const file = logFile(host, { form: 'json', contents: true })
    expect((JSON.parse(file) as { log: LogEntry[] }).log).toEqual(host.log())
    expect(readLogFile(file).rows).toEqual(rows)
    expect(rows.map(({ room }) => room)).toContain('c2c:ann')
  })

  it('SM-25 has every call, push and frame as HAR 1.2, and gives the same rows when it is opened', () => {
    const file = logFile(host, { form: 'har', contents: true })
    const { log } = JSON.parse(file) as Har
    expect(log.version).toBe('1.2')
    for (const entry of log.entries) {
      expect(entry).toMatchObject({
        startedDateTime: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        time: expect.any(Number) as number,
        request: { cookies: [], headers: [], queryString: expect.any(Array) as unknown[], headersSize: -1 },
        response: { cookies: [], headers: [], content: { mimeType: 'application/json' }, redirectURL: '' },
        cache: {},
        timings: { send: 0, wait: expect.any(Number) as number, receive: 0 },
      })
    }
    const opened = readLogFile(file).rows
    // An archive has no conversations, and its connections know their bot from the start.
    const wire = ({ seq: _seq, room: _room, bot: _bot, detail, ...row }: (typeof rows)[number]): unknown => ({
      ...row,
      detail: row.kind === 'event' ? null : detail,
    })
    const happened = new Set(['opened', 'closed'])
    const kept = rows.filter(({ kind, verb }) => kind !== 'event' || happened.has(verb))
    expect(opened.map(wire)).toEqual(kept.map(wire))
  })

  it.each(['json', 'har'] as const)('SM-22 has no contents as %s when they are switched off', (form) => {
    expect(logFile(host, { form, contents: true })).toContain('my secret')
    const file = logFile(host, { form, contents: false })
    expect(file).not.toContain('my secret')
    expect(readLogFile(file).rows.length).toBe(
      readLogFile(logFile(host, { form, contents: true })).rows.length,
    )
  })

  it('SM-25 opens an archive that another tool has written', () => {
    const { rows: found } = readLogFile(
      JSON.stringify({
        log: {
          entries: [
            {
              startedDateTime: '2026-09-01T01:00:00.000Z',
              time: 40,
              request: { method: 'POST', url: 'https://api.sgroup.qq.com/v2/users/U/messages?x=1' },
              response: { status: 400, content: { text: '{"code":40034005}' } },
            },
            {
              startedDateTime: '2026-09-01T00:59:00.000Z',
              request: { method: 'GET', url: 'wss://api.sgroup.qq.com/websocket' },
              _webSocketMessages: [
                { type: 'receive', time: 1_788_224_341, opcode: 1, data: '{"op":10}' },
                { type: 'send', time: 1_788_224_342, opcode: 1, data: '{"op":2}' },
              ],
            },
            { startedDateTime: 'never' },
          ],
        },
      }),
    )
    expect(found.map(({ verb, subject, result, direction }) => [verb, subject, result, direction])).toEqual([
      ['opened', '', '#2', 'none'],
      ['HELLO', '', '', 'out'],
      ['IDENTIFY', '', '', 'in'],
      ['POST', '/v2/users/U/messages?x=1', '400 40034005', 'in'],
    ])
  })

  it.each([
    ['{', /not JSON/],
    ['[]', /neither a log/],
    ['{"version":2,"bot":"","log":[]}', /neither a log.*version/],
    ['{"version":1,"bot":"","log":[{"n":1,"at":1,"kind":"new"}]}', /log\.0\.kind/],
    ['{"version":1,"bot":"","log":[{"n":1,"at":1,"kind":"frame"}]}', /neither a log/],
    ['{"version":1,"bot":"","log":[{"n":1,"at":1,"kind":"fault","what":{}}]}', /neither a log/],
  ])('SM-25 says in both languages why %s cannot be opened', (text, message) => {
    expect(() => readLogFile(text)).toThrow(message)
    expect(() => readLogFile(text)).toThrow(
      expect.objectContaining({ zh: expect.stringMatching(/[\u4E00-\u9FFF]/) as string }) as Error,
    )
  })
})
