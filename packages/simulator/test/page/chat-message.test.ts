import { describe, expect, it } from 'vitest'

import type { MessageEntry } from '../../src/core/kernel/log-entry.js'
import type { PageMessage } from '../../src/page/contract/wire.js'
import { chatMessage, type Known } from '../../src/page/view/chat-message.js'
import { numbered, replied, said } from '../support/entries.js'

const nobody: Known = { name: () => undefined, quoted: () => undefined }

const shown = (entry: MessageEntry, known: Known = nobody): PageMessage =>
  chatMessage(entry, `${entry.scene}:${entry.peer}`, known)

describe('a message on the page', () => {
  it('shows a person’s message in its room', () => {
    const message = shown(numbered(said('hi', { scene: 'group', peer: 'friends', author: 'bob' })))
    expect(message).toMatchObject({
      room: 'group:friends',
      from: 'person',
      author: 'bob',
      text: 'hi',
      proactive: false,
    })
  })

  it('marks messages of the bot without an anchor as proactive', () => {
    expect(shown(numbered(replied({ content: 'a' }))).proactive).toBe(false)
    expect(shown(numbered(replied({ content: 'a' }, { replyTo: null }))).proactive).toBe(true)
  })

  it.each([
    ['streaming', 'growing'],
    ['streamed', 'sent'],
    ['unfinished', 'unfinished'],
    ['audit', 'held'],
    ['edited', 'sent'],
    ['recalled', 'recalled'],
  ] as const)('SM-08 shows a message that is %s as %s', (change, state) => {
    expect(shown(numbered(replied({ content: 'a' }, { change }))).state).toBe(state)
  })

  it('shows markdown of the bot only, in place of text', () => {
    const payload = { msg_type: 2, markdown: { content: '**a**' } }
    expect(shown(numbered(replied(payload)))).toMatchObject({ markdown: '**a**', text: '' })
    expect(shown(numbered(said('x', { payload })))).toMatchObject({ markdown: null, text: 'x' })
  })

  it('shows the plain text of the log, not the wire format', () => {
    const payload = { content: '&amp;lt; &lt;b&gt;' }
    const sent = replied(payload, { scene: 'channel', content: '&lt; <b>' })
    expect(shown(numbered(sent)).text).toBe('&lt; <b>')
    const typed = said('&lt;', { scene: 'channel', payload: { content: '&amp;lt;' } })
    expect(shown(numbered(typed)).text).toBe('&lt;')
  })

  it('names the people that a text mentions, where a mention is one', () => {
    const known: Known = { ...nobody, name: (id) => (id === 'A1' ? 'ann' : undefined) }
    const content = '<@A1> <@!A1> <qqbot-at-user id="A1" /> <@B2>'
    const inChannel = numbered(replied({ content }, { scene: 'channel' }))
    expect(shown(inChannel, known)).toMatchObject({ text: content, names: { A1: 'ann' } })
    // In C2C and groups a plain text carries none: people see the markup, and the log has what they see (§5.12).
    expect(shown(numbered(replied({ content })), known)).toMatchObject({ text: content, names: {} })
    const markdown = numbered(replied({ msg_type: 2, markdown: { content } }))
    expect(shown(markdown, known)).toMatchObject({ markdown: content, names: { A1: 'ann' } })
  })

  it('shows the quoted message, or that a quote exists', () => {
    const payload = { content: 'b', message_reference: { message_id: 'R1' } }
    const known: Known = {
      ...nobody,
      quoted: (id) => (id === 'R1' ? { id: 'M1', author: 'ann', text: 'a' } : undefined),
    }
    expect(shown(numbered(replied(payload)), known).quote).toEqual({ id: 'M1', author: 'ann', text: 'a' })
    expect(shown(numbered(replied(payload))).quote).toEqual({ id: null, author: '', text: '…' })
  })

  it('shows buttons of keyboards and suggestions, at most five by five', () => {
    const button = (id: string) => ({
      id,
      render_data: { label: id, style: 1 },
      action: { type: 2, data: `/${id}`, enter: true },
    })
    const rows = Array.from({ length: 7 }, () => ({ buttons: Array.from({ length: 7 }, () => button('a')) }))
    const { buttons } = shown(
      numbered(
        replied({
          keyboard: { content: { rows } },
          prompt_keyboard: { keyboard: { content: { rows: [{ buttons: [button('p')] }] } } },
        }),
      ),
    )
    expect(buttons.map((row) => row.length)).toEqual([5, 5, 5, 5, 5, 1])
    expect(buttons[5]?.[0]).toEqual({
      id: 'p',
      label: 'p',
      visitedLabel: '',
      style: 1,
      kind: 'command',
      data: '/p',
      enter: true,
      reply: false,
      group: '',
      permission: 'everyone',
      modal: null,
    })
  })

  it('shows what a button asks for', () => {
    const action = {
      type: 1,
      data: 'x',
      reply: true,
      permission: { type: 1 },
      modal: { content: 'Sure?', confirm_text: 'Yes', cancel_text: 'No' },
    }
    const rows = [{ buttons: [{ id: 'a', group_id: 'g', render_data: { label: 'A' }, action }] }]
    expect(shown(numbered(replied({ keyboard: { content: { rows } } }))).buttons).toMatchObject([
      [
        {
          kind: 'callback',
          reply: true,
          group: 'g',
          permission: 'admins',
          modal: { content: 'Sure?', confirm: 'Yes', cancel: 'No' },
        },
      ],
    ])
  })

  it.each([
    [
      { title: 'Tea', prompt: 'p', thumbnail: { url: 'https://a.test/t.png' }, fields: [{ name: 'green' }] },
      { kind: 'embed', title: 'Tea', image: 'https://a.test/t.png', lines: [{ text: 'green', link: null }] },
    ],
  ])('SM-06 draws an embed: %j', (embed, card) => {
    expect(shown(numbered(replied({ embed }))).card).toMatchObject(card)
  })

  it.each([
    [
      23,
      [
        { key: '#DESC#', value: 'Links' },
        {
          key: '#LIST#',
          obj: [
            {
              obj_kv: [
                { key: 'desc', value: 'a' },
                { key: 'link', value: 'https://a.test' },
              ],
            },
          ],
        },
      ],
      { title: 'Links', lines: [{ text: 'a', link: 'https://a.test' }] },
    ],
    [
      24,
      [
        { key: '#TITLE#', value: 'T' },
        { key: '#METADESC#', value: 'D' },
        { key: '#IMG#', value: 'https://a.test/i' },
        { key: '#LINK#', value: 'https://a.test/l' },
      ],
      { title: 'T', text: 'D', image: 'https://a.test/i', link: 'https://a.test/l', lines: [] },
    ],
    [
      37,
      [
        { key: '#METATITLE#', value: 'T' },
        { key: '#METASUBTITLE#', value: 'S' },
        { key: '#METACOVER#', value: 'https://a.test/c' },
        { key: '#METAURL#', value: 'https://a.test/u' },
      ],
      { title: 'T', text: 'S', image: 'https://a.test/c', link: 'https://a.test/u' },
    ],
  ])('SM-06 draws an ark of the template %i', (template_id, kv, card) => {
    expect(shown(numbered(replied({ ark: { template_id, kv } }))).card).toMatchObject({
      kind: 'ark',
      template: String(template_id),
      ...card,
    })
  })

  it('SM-06 serves kept files itself, and names the address of others', () => {
    const file = {
      kind: 'image',
      name: 'a.png',
      type: 'image/png',
      size: 3,
      url: null,
      content: '7',
    } as const
    const entry = numbered(replied({ media: {} }, { files: [file] }))
    expect(shown(entry)).toMatchObject({
      files: [{ kind: 'image', own: '/_sim/media/7', url: null }],
      other: null,
    })
    const away = { ...file, content: null, url: 'https://a.test/a.png' }
    expect(shown(numbered(replied({ media: {} }, { files: [away] }))).files).toMatchObject([
      { own: null, url: 'https://a.test/a.png' },
    ])
  })

  it.each([
    [{ media: { file_info: 'x' } }, 'media'],
    [{ markdown: { custom_template_id: 'x' } }, 'markdown template'],
    [{ content: 'x' }, null],
  ])('names what it cannot draw: %j', (payload, other) => {
    expect(shown(numbered(replied(payload))).other).toBe(other)
  })

  it.each([
    [null],
    ['text'],
    [7],
    [[]],
    [{ keyboard: [] }],
    [{ keyboard: { content: { rows: [null, 1, { buttons: [null] }] } } }],
  ])('survives any payload: %j', (payload) => {
    expect(() => shown(numbered(replied({}, { payload })))).not.toThrow()
  })
})
