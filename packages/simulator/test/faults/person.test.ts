import { expect, it } from 'vitest'

import { onStage } from '../support/stage.js'

it('SM-02 one person of a group or channel is struck, the others are not: events', async () =>
  onStage(async ({ sim, clock, socket }) => {
    sim.faults.add({ on: 'event', match: { person: 'bob' }, do: { kind: 'ignore' }, times: 'forever' })
    const lost = [
      sim.group('room').user('bob'),
      sim.channel('general').user('bob'),
      sim.user('bob'),
      sim.dm('art/bob'),
    ]
    const heard = [sim.group('room').user('cat'), sim.channel('general').user('cat'), sim.user('cat')]
    const ids = [...lost, ...heard].map((person) => person.say('hi').eventId)
    await clock.settle()
    const seen = socket.frames.flatMap(({ id }) => id ?? [])
    expect(seen).toEqual(ids.slice(lost.length))
    sim.faults.clear()
    sim.group('room').user('bob').say('again')
    await clock.settle()
    expect(socket.frames.at(-1)?.t).toBe('GROUP_AT_MESSAGE_CREATE')
  }))

it('SM-02 one person of a group is struck, the others are not: replies and acknowledgements', async () =>
  onStage(async ({ client, sim, post, token }) => {
    const room = sim.group('room')
    const path = `/v2/groups/${room.id}/messages`
    const button = { id: 'b1', render_data: { label: 'Go' }, action: { type: 1, data: 'go' } }
    await post(path, { content: 'x', keyboard: { content: { rows: [{ buttons: [button] }] } } })
    sim.faults.add({
      on: 'call',
      match: { person: 'bob' },
      do: { kind: 'error', code: 40034006 },
      times: 'forever',
    })
    const replyTo = async (person: string) =>
      (await post(path, { content: person, msg_id: room.user(person).say('hi').id })).status
    expect([await replyTo('bob'), await replyTo('cat')]).toEqual([400, 200])
    const acknowledge = async (person: string) =>
      (
        await client.call(`/interactions/${room.user(person).press('Go').id}`, {
          method: 'PUT',
          token,
          body: { code: 0 },
        })
      ).status
    expect([await acknowledge('bob'), await acknowledge('cat')]).toEqual([400, 200])
    // A message to all belongs to no person; one to bob alone is his.
    expect((await post(path, { content: 'all' })).status).toBe(200)
    expect((await post(`/v2/users/${sim.user('bob').id}/messages`, { content: 'x' })).status).toBe(400)
  }))
