import { expect, it } from 'vitest'

import { withoutContents } from '../../src/index.js'
import { onStage } from '../support/stage.js'

const SECRET = 'a-secret-word'

it('SM-22 no entry has a word of a conversation, and ids, kinds, times and codes stay', async () =>
  onStage(async ({ sim, clock, post }) => {
    const ann = sim.user('ann')
    const said = ann.say(`my ${SECRET}`, {
      attachments: [{ url: `https://files.test/${SECRET}`, content_type: 'image/png', filename: SECRET }],
    })
    sim.group('room').user('bob').say(SECRET)
    sim.channel('general').user('cat').say(SECRET)
    const path = `/v2/users/${ann.id}/messages`
    const keyboard = {
      content: {
        rows: [{ buttons: [{ id: '1', render_data: { label: SECRET }, action: { type: 1, data: 'ok' } }] }],
      },
    }
    await post(path, { content: SECRET, msg_id: said.id })
    await post(path, {
      msg_type: 2,
      markdown: { content: `# ${SECRET}` },
      keyboard,
      msg_id: said.id,
      msg_seq: 2,
    })
    await post(path, {
      msg_type: 3,
      ark: { kv: [{ key: '#A#', value: SECRET }] },
      msg_id: said.id,
      msg_seq: 3,
    })
    await post(`/v2/users/${ann.id}/files`, { file_type: 4, file_name: SECRET, file_data: btoa(SECRET) })
    await post(`/v2/users/${ann.id}/stream_messages`, {
      input_mode: 'replace',
      input_state: 10,
      content_type: 'markdown',
      content_raw: SECRET,
      msg_id: said.id,
      msg_seq: 4,
      index: 0,
    })
    await clock.advance(100)
    const log = sim.log.entries()
    const bare = log.map(withoutContents)
    for (const kind of ['frame', 'call', 'message'] as const)
      expect(JSON.stringify(log.filter((entry) => entry.kind === kind))).toContain(SECRET)
    expect(JSON.stringify(bare)).not.toContain(SECRET)
    expect(JSON.stringify(bare)).not.toContain(btoa(SECRET))
    const kept = [
      'n',
      'at',
      'kind',
      'id',
      't',
      'op',
      's',
      'route',
      'path',
      'status',
      'code',
      'replyTo',
      'peer',
    ]
    const facts = (entries: readonly object[]): unknown =>
      entries.map((entry) => Object.fromEntries(kept.map((key) => [key, Reflect.get(entry, key)])))
    expect(facts(bare)).toEqual(facts(log))
    expect(JSON.stringify(bare)).toContain(said.id)
  }))
