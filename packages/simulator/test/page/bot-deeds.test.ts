import { describe, expect, it } from 'vitest'

import { routes } from '../../src/core/calls/routes.js'
import { createPageView } from '../../src/page/view/page-view.js'
import { deedOf, seenCalls } from '../../src/page/view/bot-deeds.js'
import { call } from '../support/entries.js'

/** A call to a channel as an entry of the log. */
const made = (route: string, path: string, request: unknown, fields: { readonly executed?: boolean } = {}) =>
  ({ n: 7, at: 1000, ...call({ route, path, request: JSON.stringify(request), ...fields }) }) as const

describe('what a bot does', () => {
  it('SM-29 has a place on the page, each call that changes something', () => {
    const changing = routes.filter(({ method }) => method !== 'GET').map(({ name }) => name)
    expect(Object.keys(seenCalls).toSorted()).toEqual(changing.toSorted())
  })

  it('SM-29 is a line in its conversation, with the text of a post from any form of it', () => {
    const rich = {
      paragraphs: [{ elems: [{ text: { text: 'a' } }, { text: { text: 'b' } }] }, { elems: [] }],
    }
    for (const [content, text] of [
      ['**bold**', '**bold**'],
      [JSON.stringify(rich), 'ab\n'],
      [JSON.stringify({ paragraphs: [null, { elems: 'x' }] }), '\n'],
    ] as const) {
      const deed = deedOf(made('channel.create-thread', '/channels/C/threads', { title: 'T', content }))
      expect(deed).toMatchObject({ what: 'post', peerId: 'C', card: { kind: 'post', title: 'T', text } })
    }
    expect(deedOf(made('channel.audio', '/channels/C/audio', { status: 3 }))?.what).toBe('audio.stop')
    expect(deedOf(made('channel.audio', '/channels/C/audio', { status: 'x' }))?.what).toBe('audio.start')
    expect(deedOf(made('channel.pin', '/channels/C/pins/M', null, { executed: false }))).toBeNull()
    expect(deedOf(made('c2c.send', '/v2/users/U/messages', {}))).toBeNull()
  })

  it('SM-29 shows a conversation that nobody has spoken in', () => {
    const view = createPageView('102000001', (_bot, scene, id) => (id === 'G' ? `${scene} of ${id}` : null))
    view.apply(made('group.set-mutes', '/v2/groups/G/restrict_chat_setting', { members: [] }))
    view.apply(made('group.set-mutes', '/v2/groups/unknown/restrict_chat_setting', { members: [] }))
    expect(view.rooms.at(-1)).toMatchObject({ id: 'group:group of G', people: [] })
    expect(view.whole().notes).toMatchObject([{ what: 'muted', room: 'group:group of G' }])
  })
})
