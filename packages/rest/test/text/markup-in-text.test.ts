// oxlint-disable typescript/restrict-template-expressions -- markup in strings is what these are about
import { describe, expect, it } from 'vitest'

import {
  fallbackRules,
  keyboard,
  button,
  markdown,
  text,
  type WireMessage,
  type RestOptions,
  type RestSendOptions,
  type Target,
} from '../../src/index.js'
import {
  code,
  codeBlock,
  commandEnter,
  commandInput,
  escapeContent,
  inlineImage,
  link,
  mention,
  mentionEveryone,
  plainText,
  raw,
  RichText,
  splitMarkdown,
  splitText,
  type MentionForm,
} from '../../src/text/index.js'
import { piecesIn } from '../../src/text/made-markup.js'
import { ANCHOR, restHarness, C2C, CHANNEL, DM, failure, GROUP, sent } from '../support/rest-harness.js'

const TARGETS: readonly Target[] = [C2C, GROUP, CHANNEL, DM]
const isGuild = ({ scene }: Target): boolean => scene === 'channel' || scene === 'dm'

/** The bodies that a message goes out in, until it is taken. */
const bodies = async (
  target: Target,
  message: string | WireMessage,
  {
    refusals = [],
    rest: options = {},
    send = {},
  }: {
    readonly refusals?: Parameters<typeof restHarness>[0] & readonly unknown[]
    readonly rest?: Partial<RestOptions>
    readonly send?: RestSendOptions
  } = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const { rest, calls, settle } = restHarness(
    [...refusals, sent()] as Parameters<typeof restHarness>[0],
    options,
  )
  await settle(rest.send(target, message, { anchor: ANCHOR, ...send }))
  return calls.map(({ body }) => body as Readonly<Record<string, unknown>>)
}

/** What people read of a message that is no markdown. */
const readable = (body: Readonly<Record<string, unknown>> | undefined): string =>
  body?.['markdown'] === undefined ? ((body?.['content'] as string | undefined) ?? '') : ''

/** The markdown of a message that is some. */
const nativeOf = (body: Readonly<Record<string, unknown>> | undefined): string =>
  (body?.['markdown'] as { readonly content?: string } | undefined)?.content ?? ''

const native = (content: string): object => ({ msg_type: 2, markdown: { content } })

describe('BT-14 a mention in a text', () => {
  const SAID = () => `${mention('M1')} hi`
  it.each<readonly [string, () => string | WireMessage]>([
    ['a string', SAID],
    ['content', () => ({ content: SAID() })],
    ['text()', () => text(SAID())],
    ['a text template', () => text`${mention('M1')} hi`],
    ['content with its type', () => ({ content: SAID(), msg_type: 0 })],
  ])('of %s goes out as what shows it', async (_what, make) => {
    for (const target of TARGETS) {
      const message = make()
      const copy = structuredClone(message)
      const [body] = await bodies(target, message)
      expect(message).toEqual(copy)
      const { content, markdown: shown, msg_type: type } = body ?? {}
      const guild = { content: '<@M1> hi', shown: undefined, type: undefined }
      const user = { content: undefined, shown: { content: '<qqbot-at-user id="M1" /> hi' }, type: 2 }
      expect({ content, shown, type }).toEqual(isGuild(target) ? guild : user)
    }
  })

  it('keeps its buttons and its quote', async () => {
    const message = {
      content: SAID(),
      ...keyboard([[button.callback('Go', 'go')]]),
      message_reference: { message_id: 'REFIDX_1' },
    }
    expect((await bodies(GROUP, message))[0]).toMatchObject({
      ...native('<qqbot-at-user id="M1" /> hi'),
      keyboard: {},
      message_reference: {},
    })
  })

  it('stands in markdown as it is', async () => {
    for (const target of TARGETS)
      expect((await bodies(target, markdown`**${mention('M1')}**`))[0]).toMatchObject({
        markdown: { content: '**<qqbot-at-user id="M1" />**' },
      })
  })

  it('is put into words where the text stands beside something else', async () => {
    const made = `${mention({ id: 'M1', name: 'Ann' })} look`
    for (const target of [C2C, GROUP])
      expect((await bodies(target, { content: made, media: { file_info: 'QUJD' } }))[0]).toMatchObject({
        msg_type: 7,
        content: '@Ann look',
      })
    expect((await bodies(CHANNEL, { content: made, embed: { title: 'x' } }))[0]).toMatchObject({
      content: '<@M1> look',
    })
  })

  it.each<readonly [MentionForm | undefined, string]>([
    [undefined, '<qqbot-at-user id="M1" />'],
    ['<qqbot-at-user>', '<qqbot-at-user id="M1" />'],
    ['<@id>', '<@M1>'],
  ])('is written as the option says: %s', async (form, written) => {
    const rest = form === undefined ? {} : { mentionForm: form }
    for (const message of [SAID(), markdown`${mention('M1')} hi`]) {
      const [body] = await bodies(GROUP, message, { rest })
      expect(body).toMatchObject(native(`${written} hi`))
    }
    // Guild texts know one form only.
    expect((await bodies(CHANNEL, SAID(), { rest }))[0]).toMatchObject({ content: '<@M1> hi' })
    // And per mention.
    const own = mention('M1', { form: form ?? '<qqbot-at-user>' })
    expect(String(own)).toBe(written)
    expect((await bodies(GROUP, `${own} hi`))[0]).toMatchObject(native(`${written} hi`))
  })

  it('is refused in an unknown form', () => {
    expect(() => mention('M1', { form: '[at]' as MentionForm })).toThrow(
      expect.objectContaining({ path: 'form' }),
    )
    expect(() => mention({ id: null })).toThrow(expect.objectContaining({ path: 'userId' }))
    expect(() => restHarness([], { mentionForm: 'at' as MentionForm })).toThrow('mentionForm')
  })
})

describe('BT-14 where markdown is refused', () => {
  const REFUSALS = [
    failure(304041, 'reply message not allow markdown', 500),
    failure(304041, 'reply message not allow markdown'),
    failure(40034012),
    failure(40034090),
    failure(50056),
    failure(304036),
    failure(85, '不允许发送原生 markdown'),
  ] as const

  it.each(REFUSALS.map((refusal) => [JSON.stringify(refusal), refusal] as const))(
    'by %s, the text names the person without markup',
    async (_what, refusal) => {
      for (const target of [C2C, GROUP]) {
        const all = await bodies(target, `${mention('M1', { name: 'Ann *the* <b>' })} *hi* <i>`, {
          refusals: [refusal],
        })
        expect(all).toHaveLength(2)
        expect(all[0]).toMatchObject({ msg_type: 2 })
        expect(all[1]).toMatchObject({ msg_type: 0, content: '@Ann *the* <b> *hi* <i>' })
        expect(all[1]).not.toHaveProperty('markdown')
      }
    },
  )

  it('by the name that the caller knows, or the id', async () => {
    const refusals = [failure(50056)]
    const nameOf = (id: string): string | undefined => (id === 'N1' ? 'Ben' : undefined)
    const said = `${mention('N1')} and ${mention('N2')}`
    const [, plain] = await bodies(GROUP, said, { refusals, send: { nameOf } })
    expect(plain).toMatchObject({ content: '@Ben and @N2' })
    const [, again] = await bodies(
      GROUP,
      markdown`${mention('N1')}, **${mention('N3', { form: '<@id>' })}**`,
      {
        refusals,
        send: { nameOf },
      },
    )
    expect(again).toMatchObject({ content: '@Ben, @N3' })
  })

  it('guild texts mention the person', async () => {
    for (const target of [CHANNEL, DM]) {
      const [, plain] = await bodies(target, markdown`**${mention('M1')}** ${'<@M2>'}`, {
        refusals: [failure(50056)],
      })
      expect(plain).toMatchObject({ content: '<@M1> <\u200B@M2>' })
    }
  })

  it('a custom rule receives the names', async () => {
    const seen: unknown[] = []
    const rule = {
      ...fallbackRules.find(({ name }) => name === 'plain_text')!,
      change: (_message: WireMessage, { nameOf }: { readonly nameOf?: (id: string) => unknown }) => {
        seen.push(nameOf?.('M1'))
        return { content: 'x' }
      },
    }
    await bodies(GROUP, `${mention('M1')}`, {
      refusals: [failure(50056)],
      rest: { fallbacks: [rule as never] },
      send: { nameOf: () => 'Ann' },
    })
    expect(seen).toEqual(['Ann'])
  })

  it('names that are no function are refused before any request', async () => {
    const { rest, dispatcher } = restHarness([sent()])
    await expect(rest.send(GROUP, 'hi', { nameOf: 'Ann' as never })).rejects.toMatchObject({ path: 'nameOf' })
    expect(dispatcher.seen).toEqual([])
  })
})

describe('BT-14 text that people typed stays text', () => {
  const TYPED = [
    '<qqbot-at-user id="STRANGER" />',
    '<@STRANGER> hi',
    '<@!STRANGER>',
    '<qqbot-at-everyone/>',
    '<qqbot-cmd-enter text="%2Fban" />',
    '<qqbot-cmd-input text="x" show="y" reference="false" />',
    '[a link](https://evil.test)',
    '![x #1px #1px](https://evil.test/a.png)',
    '`typed` and ``more``',
    '```\ntyped\n```',
    '[[[[((((<<<<````',
  ]

  it.each(TYPED)('%j', async (typed) => {
    for (const target of [C2C, GROUP])
      for (const message of [typed, { content: typed }, text(typed), text`${typed}`])
        expect((await bodies(target, message))[0]).toEqual({
          content: typed,
          msg_type: 0,
          msg_id: ANCHOR.msgId,
          msg_seq: 1,
        })
  })

  it.each(TYPED)('%j beside a mention is shown as it is', async (typed) => {
    const [body] = await bodies(GROUP, `${mention('M1')} ${typed}`)
    const content = nativeOf(body)
    expect(content.startsWith('<qqbot-at-user id="M1" /> ')).toBe(true)
    const behind = content.slice('<qqbot-at-user id="M1" /> '.length)
    expect(behind).not.toMatch(/<|(?<!\\)\]\(|(?<!\\)[[*_~]|`/)
    const shown = plainText(content, { nameOf: () => 'Ann' }).replaceAll('\u200B', '')
    expect(shown).toBe(`@Ann ${typed}`)
  })

  it('a template keeps its values as text, whatever they look like', async () => {
    const tag = mention('M1').toString()
    const [body] = await bodies(GROUP, text`${tag}`)
    expect(body).toMatchObject({ msg_type: 0 })
    expect(readable(body).replaceAll('\u200B', '')).toBe(tag)
    const [mixed] = await bodies(GROUP, text`${mention('M1')} said ${tag}${1}${true}`)
    expect(nativeOf(mixed).match(/<qqbot/g)).toHaveLength(1)
  })

  it.each(['<@STRANGER>', '<#42> <emoji:4>', 'a < b & c > &lt;'])(
    'a template keeps %j apart on the wire of a guild, where tags are live',
    async (typed) => {
      const escaped = escapeContent(typed)
      for (const target of [CHANNEL, DM]) {
        expect((await bodies(target, text`<@M0>: ${typed}`))[0]).toMatchObject({
          content: `<@M0>: ${escaped}`,
        })
        expect((await bodies(target, text`${mention('M1')} ${typed}`))[0]).toMatchObject({
          content: `<@M1> ${escaped}`,
        })
        const beside = { ...text`${typed}`, image: 'https://a.test/b.png' }
        expect((await bodies(target, beside))[0]).toMatchObject({ content: escaped })
      }
      const [linked] = await bodies(CHANNEL, text`${link('here', 'https://a.test')} ${typed}`)
      expect(plainText(nativeOf(linked)).replaceAll('\u200B', '')).toBe(`here ${typed}`)
      expect(nativeOf(linked)).not.toMatch(/<[@#e]/)
    },
  )

  it('raw markup that stands in a text is not looked for', async () => {
    raw('<@RAW>')
    raw('hi')
    expect((await bodies(GROUP, '<@RAW> hi'))[0]).toMatchObject({ msg_type: 0, content: '<@RAW> hi' })
  })

  it('on the wire of a guild what is escaped stays escaped, and live tags stay live', async () => {
    const said = `${mention('M1')} said: ${escapeContent('<@M2> & more')} in <#42>`
    expect((await bodies(CHANNEL, said))[0]).toMatchObject({
      content: '<@M1> said: &lt;@M2&gt; &amp; more in <#42>',
    })
    const linked = `${said} ${link('here', 'https://a.test')}`
    expect((await bodies(CHANNEL, linked))[0]).toMatchObject({
      markdown: {
        content: '<qqbot-at-user id="M1" /> said: &lt;@M2> & more in <#42> [here](https://a.test)',
      },
    })
  })
})

describe('BT-14 other markup that only markdown renders', () => {
  const MARKUP: readonly (readonly [string, RichText, words: string, scenes: readonly string[]])[] = [
    ['a command that is sent', commandEnter('/help'), '/help', ['c2c']],
    ['a command for the box', commandInput('/roll'), '/roll', ['c2c', 'group', 'channel', 'dm']],
    ['a link', link('Docs', 'https://a.test/b'), 'Docs', ['c2c', 'group', 'channel', 'dm']],
    [
      'an image',
      inlineImage('https://a.test/b.png', { text: 'cat', width: 1, height: 2 }),
      'cat',
      ['c2c', 'group', 'channel', 'dm'],
    ],
    ['code', code('a ` b'), 'a ` b', ['c2c', 'group', 'channel', 'dm']],
    ['a block of code', codeBlock('let x = 1', 'ts'), 'let x = 1', ['c2c', 'group', 'channel', 'dm']],
  ]

  it.each(MARKUP)('%s', async (_what, markup, words, scenes) => {
    for (const target of TARGETS) {
      const [body, plain] = await bodies(target, `see ${markup} now`, { refusals: [failure(50056)] }).catch(
        () => [],
      )
      const rendered = scenes.includes(target.scene)
      expect(nativeOf(body)).toBe(rendered ? `see ${markup} now` : '')
      expect(readable(plain)).toContain(rendered ? words : '')
      const [beside] = await bodies(target, {
        content: `see ${markup} now`,
        ark: { template_id: 23, kv: [] },
      })
      for (const shown of [readable(plain), readable(beside)]) expect(shown).not.toMatch(/<qqbot|\]\(|```/)
      expect(readable(beside)).toContain(words)
    }
  })

  it('in a scene that has none of it goes out as words in a text', async () => {
    const [body] = await bodies(GROUP, `try ${commandEnter('/help *me*')}`)
    expect(body).toMatchObject({ msg_type: 0, content: 'try /help *me*' })
  })

  it('everyone is mentioned in channels, and named elsewhere', async () => {
    const said = `${mentionEveryone()} hi`
    expect((await bodies(CHANNEL, said))[0]).toMatchObject({ content: '@everyone hi' })
    for (const target of [C2C, GROUP, DM])
      expect((await bodies(target, said))[0]).toMatchObject({ content: '@全体成员 hi' })
  })
})

describe('a cut', () => {
  const TAGS = [mention('M1'), link('two words', 'https://a.test/b'), commandInput('/roll 6 x')]

  it.each([20, 33, 40, 57, 90])('BT-14 cuts no markup that fits into a piece (%d)', (limit) => {
    const long = Array.from({ length: 12 }, (_, index) => `word ${TAGS[index % 3]} and`).join(' ')
    for (const split of [splitText, splitMarkdown]) {
      const pieces = split(long, limit + 130)
      for (const piece of pieces) {
        const left = TAGS.reduce((rest, tag) => rest.replaceAll(String(tag), ''), piece)
        expect(left).not.toMatch(/[<>[\]()]/)
      }
    }
  })

  it('cuts markup that is longer than a piece', () => {
    const tag = String(commandInput('x'.repeat(90)))
    expect(splitText(tag, 50).join('')).toBe(tag)
  })
})

it('remembers the markup made last, and not all of it', () => {
  const early = mention('EARLY')
  expect(piecesIn(`${early}`)).toMatchObject([{ kind: 'markup' }])
  for (let index = 0; index < 300; index += 1) codeBlock(`${index} ${'x'.repeat(3900)}`)
  expect(piecesIn(`${early}`)).toMatchObject([{ kind: 'text' }])
  expect(RichText.is(mention('EARLY'))).toBe(true)
  expect(piecesIn(`a ${mention('EARLY')}`)).toMatchObject([{ kind: 'text' }, { kind: 'markup' }])
  // What is longer than any message of code is not kept at all.
  expect(piecesIn(String(codeBlock('x'.repeat(5000))))).toMatchObject([{ kind: 'text' }])
})
