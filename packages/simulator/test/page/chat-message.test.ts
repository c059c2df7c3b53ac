import { describe, expect, it } from 'vitest'

import { chatMessage, type Known } from '../../src/page/view/chat-message.js'
import { numbered, replied, said } from '../support/entries.js'

const nobody: Known = { name: () => undefined, media: () => undefined, quoted: () => undefined }

describe('a message on the page', () => {
  it('shows a person’s message in its room', () => {
    const message = chatMessage(
      numbered(said('hi', { scene: 'group', peer: 'friends', author: 'bob' })),
      nobody,
    )
    expect(message).toMatchObject({
      room: 'group:friends',
      from: 'person',
      author: 'bob',
      text: 'hi',
      proactive: false,
    })
  })

  it('marks messages of the bot without an anchor as proactive', () => {
    expect(chatMessage(numbered(replied({ content: 'a' })), nobody).proactive).toBe(false)
    expect(chatMessage(numbered(replied({ content: 'a' }, { replyTo: null })), nobody).proactive).toBe(true)
  })

  it.each([
    ['streaming', 'growing'],
    ['streamed', 'sent'],
    ['unfinished', 'unfinished'],
    ['audit', 'held'],
    ['edited', 'sent'],
    ['recalled', 'recalled'],
  ] as const)('SM-08 shows a message that is %s as %s', (change, state) => {
    expect(chatMessage(numbered(replied({ content: 'a' }, { change })), nobody).state).toBe(state)
  })

  it('shows markdown of the bot only, in place of text', () => {
    const payload = { msg_type: 2, markdown: { content: '**a**' } }
    expect(chatMessage(numbered(replied(payload)), nobody)).toMatchObject({ markdown: '**a**', text: '' })
    expect(chatMessage(numbered(said('x', { payload })), nobody)).toMatchObject({ markdown: null, text: 'x' })
  })

  it('shows the plain text of the log, not the wire format', () => {
    const payload = { content: '&amp;lt; &lt;b&gt;' }
    const sent = replied(payload, { scene: 'channel', content: '&lt; <b>' })
    expect(chatMessage(numbered(sent), nobody).text).toBe('&lt; <b>')
    const typed = said('&lt;', { scene: 'channel', payload: { content: '&amp;lt;' } })
    expect(chatMessage(numbered(typed), nobody).text).toBe('&lt;')
  })

  it('shows known people’s mentions by name and leaves others unchanged', () => {
    const known: Known = { ...nobody, name: (id) => (id === 'A1' ? 'ann' : undefined) }
    const content = '<@A1> <@!A1> <qqbot-at-user id="A1" /> <@B2>'
    const inChannel = numbered(replied({ content }, { scene: 'channel' }))
    expect(chatMessage(inChannel, known).text).toBe('@ann @ann @ann <@B2>')
    // In C2C and groups a plain text carries none: people see the markup, and the log has what they see (§5.12).
    expect(chatMessage(numbered(replied({ content })), known).text).toBe(content)
    const markdown = numbered(replied({ msg_type: 2, markdown: { content } }))
    expect(chatMessage(markdown, known).markdown).toBe('@ann @ann @ann <@B2>')
  })

  it('shows the quoted message, or that a quote exists', () => {
    const payload = { content: 'b', message_reference: { message_id: 'R1' } }
    const known: Known = {
      ...nobody,
      quoted: (id) => (id === 'R1' ? { author: 'ann', text: 'a' } : undefined),
    }
    expect(chatMessage(numbered(replied(payload)), known).quote).toEqual({ author: 'ann', text: 'a' })
    expect(chatMessage(numbered(replied(payload)), nobody).quote).toEqual({ author: '', text: '…' })
  })

  it('shows buttons of keyboards and suggestions, at most five by five', () => {
    const button = (id: string) => ({
      id,
      render_data: { label: id, style: 1 },
      action: { type: 2, data: `/${id}`, enter: true },
    })
    const rows = Array.from({ length: 7 }, () => ({ buttons: Array.from({ length: 7 }, () => button('a')) }))
    const { buttons } = chatMessage(
      numbered(
        replied({
          keyboard: { content: { rows } },
          prompt_keyboard: { keyboard: { content: { rows: [{ buttons: [button('p')] }] } } },
        }),
      ),
      nobody,
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
    })
  })

  it.each([
    [{ ark: { template_id: 23 } }, 'ark'],
    [{ media: { file_info: 'x' } }, 'media'],
    [{ markdown: { custom_template_id: 'x' } }, 'markdown template'],
    [{ content: 'x' }, null],
  ])('names what it cannot draw: %j', (payload, other) => {
    expect(chatMessage(numbered(replied(payload)), nobody).other).toBe(other)
  })

  it.each([
    [null],
    ['text'],
    [7],
    [[]],
    [{ keyboard: [] }],
    [{ keyboard: { content: { rows: [null, 1, { buttons: [null] }] } } }],
  ])('survives any payload: %j', (payload) => {
    expect(() => chatMessage(numbered(replied({}, { payload })), nobody)).not.toThrow()
  })
})
