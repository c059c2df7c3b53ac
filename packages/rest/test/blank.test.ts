import { describe, expect, it } from 'vitest'

import {
  image,
  InvalidRequestError,
  keyboard,
  button,
  markdown,
  markdownTemplate,
  text,
  type WireMessage,
  type Target,
} from '../src/index.js'
import { isBlank, plainText, splitMarkdown, splitText } from '../src/text/index.js'
import { ANCHOR, restHarness, C2C, CHANNEL, DM, GROUP, sent } from './support/rest-harness.js'

/** Texts of which people see nothing. */
const BLANKS: Readonly<Record<string, string>> = {
  nothing: '',
  spaces: '   ',
  'line breaks': '\n\r\n',
  'a tab': '\t',
  'a no-break space': '\u00A0',
  'a zero-width space': '\u200B',
  'joiners and marks of direction': '\u200C\u200D\u200E\u2060',
  'a byte order mark': '\uFEFF',
  'a soft hyphen': '\u00AD',
  'wide and thin spaces': '\u3000\u2003\u2009\u202F',
  'separators of lines and paragraphs': '\u2028\u2029',
  'a variation selector': '\uFE0F',
  fillers: '\u3164\u115F\uFFA0\u2800',
  'a control character': '\u0000\u001B',
  'tags of emoji': '\u{E0020}\u{E007F}',
  'all of it': ' \n\u00A0\u200B\uFEFF\u2800\u{E0020}',
}
const SHOWN = ['.', ' a ', '\u200Bx', '😀', '☺\uFE0F', '\u4E00', '\u0301', '\uD83D', '0', '\u0600']

const TARGETS: readonly Target[] = [C2C, GROUP, CHANNEL, DM]
const buttons = keyboard([[button.callback('Go', 'go')]])

const refusal = async (target: Target, message: string | WireMessage): Promise<unknown> => {
  const { rest, dispatcher } = restHarness([sent()])
  const outcome = await rest.send(target, message, { anchor: ANCHOR }).catch((error: unknown) => error)
  // Not even a token is asked for.
  if (outcome instanceof InvalidRequestError) expect(dispatcher.seen).toEqual([])
  return outcome
}

describe.each(Object.entries(BLANKS))('RS-36 %s', (_what, blank) => {
  it('shows nothing', () => {
    expect(isBlank(blank)).toBe(true)
  })

  it.each<readonly [string, string | WireMessage, string]>([
    ['a text', blank, 'content'],
    ['content', { content: blank }, 'content'],
    ['content with a keyboard', { content: blank, ...buttons }, 'content'],
    ['content with a quote', { content: blank, message_reference: { message_id: 'R' } }, 'content'],
    ['markdown', { markdown: { content: blank } }, 'markdown.content'],
    ['markdown with a keyboard', { markdown: { content: blank }, ...buttons }, 'markdown.content'],
  ])('as %s is refused before any request', async (_as, message, path) => {
    for (const target of TARGETS)
      expect(await refusal(target, message)).toMatchObject({ code: 'invalid_request', path, delivered: 'no' })
  })

  it('is refused where a part is made of it', () => {
    for (const make of [() => text(blank), () => markdown(blank), () => markdown`${blank}`])
      expect(make).toThrow(InvalidRequestError)
  })

  it('is no piece of a split, and no edit', async () => {
    const long = `a${blank.repeat(50)}b`
    for (const split of [splitText, splitMarkdown])
      expect(split(long, 10).filter((piece) => isBlank(piece))).toEqual([])
    const { rest } = restHarness([sent()])
    await expect(rest.api.messages.edit(CHANNEL.id, 'm1', { markdown: { content: blank } })).rejects.toThrow(
      InvalidRequestError,
    )
  })
})

it.each(SHOWN)('RS-36 %j is not blank', async (shown) => {
  expect(isBlank(shown)).toBe(false)
  expect(await refusal(C2C, shown)).toMatchObject({ kind: 'sent' })
  expect(await refusal(GROUP, { markdown: { content: shown } })).toMatchObject({ kind: 'sent' })
})

describe('RS-36 beside a blank text', () => {
  it.each<readonly [string, Target, WireMessage, object]>([
    // Once the docs required it so (§5.2).
    ['media goes out as it is given', C2C, { content: ' ', media: { file_info: 'QUJD' } }, { content: ' ' }],
    ['an embed', CHANNEL, { content: '\n', embed: { title: 'x' } }, { embed: { title: 'x' } }],
    ['an image', DM, { content: ' ', ...image('https://a.test/b.png') }, { image: 'https://a.test/b.png' }],
    ['an ark', CHANNEL, { content: ' ', ark: { template_id: 23, kv: [] } }, { ark: {} }],
    ['a typing notice', C2C, { content: '', input_notify: { input_type: 1, input_second: 5 } }, {}],
    [
      'the frame that closes an older stream',
      C2C,
      { content: '\n', stream: { state: 10, id: 's', index: 3, reset: false } },
      { content: '\n' },
    ],
    [
      'the same in markdown',
      C2C,
      { markdown: { content: '\n' }, stream: { state: 10, id: 's', index: 3, reset: false } },
      { markdown: { content: '\n' } },
    ],
  ])('%s', async (_what, target, message, wire) => {
    const { rest, calls } = restHarness([sent()])
    await rest.send(target, message, { anchor: ANCHOR })
    expect(calls[0]?.body).toMatchObject(wire)
  })

  it('markdown goes out alone', async () => {
    const { rest, calls } = restHarness([sent()])
    for (const content of ['', ' ', '\n']) await rest.send(GROUP, { content, ...markdown('# hi') })
    for (const { body } of calls) expect(body).toEqual({ markdown: { content: '# hi' }, msg_type: 2 })
  })

  it('a template of the console has a text of its own', async () => {
    expect(await refusal(C2C, markdownTemplate('t', { a: ' ' }))).toMatchObject({ kind: 'sent' })
  })
})

it('RS-36 markdown of which plain text would show nothing has no plain form', async () => {
  const { rest, calls } = restHarness([{ status: 400, body: { code: 50056, message: 'no' } }, sent()])
  const message = { markdown: { content: '![\u200B](https://a.test/b.png)' } }
  expect(isBlank(plainText(message.markdown.content))).toBe(true)
  await expect(rest.send(C2C, message, { anchor: ANCHOR })).rejects.toMatchObject({ errCode: 50056 })
  expect(calls).toHaveLength(1)
})

it('RS-36 a blank rest of an answer is not sent', async () => {
  const { rest, calls, settle } = restHarness([
    { status: 400, body: { code: 40034005, message: '回复消息msg_id已过期' } },
    sent(),
  ])
  const stream = rest.openStream(C2C as Target<'c2c'>, { anchor: ANCHOR })
  stream.write('\u200B\n')
  expect(await settle(stream.end())).toMatchObject({ kind: 'empty' })
  expect(calls).toEqual([])
})

describe('half of a character', () => {
  const HALVES = ['ab\uD83D', '\uDE00cd', 'a\uD83Db\uDE00c']
  const WHOLE = ['ab\uFFFD', '\uFFFDcd', 'a\uFFFDb\uFFFDc']

  it.each(HALVES.map((half, index) => [half, WHOLE[index] ?? ''] as const))(
    '%j leaves as a whole one, wherever it stands',
    async (half, whole) => {
      const { rest, calls } = restHarness([sent()])
      await rest.send(GROUP, half)
      await rest.send(GROUP, { markdown: { content: half } })
      await rest.send(C2C, {
        content: 'x',
        keyboard: { content: { rows: [{ buttons: [button.callback('Go', half)] }] } },
      })
      await rest.api.guilds.mute('1', { mute_seconds: '0', [half]: [half] })
      const [plain, native, keys, api] = calls.map(({ body }) => body)
      expect(plain).toMatchObject({ content: whole })
      expect(native).toMatchObject({ markdown: { content: whole } })
      expect(JSON.stringify(keys)).toContain(JSON.stringify(whole).slice(1, -1))
      expect(api).toEqual({ mute_seconds: '0', [whole]: [whole] })
    },
  )

  it('leaves everything else as it is', async () => {
    const { rest, calls } = restHarness([sent()])
    const content = String.raw`\ud83d stays, and so do 😀 and \\uDE00`
    await rest.send(GROUP, content)
    await rest.send(GROUP, { content: `${content}\uD83D`, timestamp: 5 })
    expect(calls[0]?.body).toMatchObject({ content })
    expect(calls[1]?.body).toMatchObject({ content: `${content}\uFFFD`, timestamp: 5 })
  })

  it.each([1, 2, 3, 4, 5, 7])('is no end of a piece of %d characters', (limit) => {
    const long = '😀'.repeat(9) + 'a' + '𠮷'.repeat(9)
    for (const split of [splitText, splitMarkdown])
      for (const piece of split(long, limit)) expect(piece).not.toMatch(/\p{Surrogate}/u)
    expect(splitText(long, limit).join('')).toBe(long)
  })

  it('is no end of what opens a code block again', () => {
    const info = `${'x'.repeat(19)}😀`
    const pieces = splitMarkdown(`\`\`\`${info}\n${'line\n'.repeat(40)}\`\`\``, 100)
    expect(pieces.length).toBeGreaterThan(1)
    for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u)
  })
})
