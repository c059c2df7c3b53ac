import { describe, expect, it } from 'vitest'

import { onStage, type Stage } from '../support/stage.js'

const button = (id: string, action: object = {}, group: string | null = null): object => ({
  id,
  render_data: { label: id },
  action: { type: 1, data: `data of ${id}`, ...action },
  ...(group === null ? {} : { group_id: group }),
})

/** The bot sends these buttons to a group, or to ann. Resolves to the message. */
const offer = async ({ sim, post }: Stage, buttons: readonly object[], place = 'group'): Promise<string> => {
  const path = place === 'group' ? `/v2/groups/${sim.group('room').id}` : `/v2/users/${sim.user('ann').id}`
  const { json } = await post(`${path}/messages`, {
    msg_type: 2,
    markdown: { content: 'choose' },
    keyboard: { content: { rows: [{ buttons }] } },
  })
  return (json as { readonly id: string }).id
}

describe('a press', () => {
  it('SM-17 is open to the people whom its button names, and to no one else', async () =>
    onStage(async (stage) => {
      const room = stage.sim.group('room')
      const bob = room.user('bob').personId
      room.setRole('cat', 'admin')
      await offer(stage, [
        button('listed', { permission: { type: 0, specify_user_ids: [bob] } }),
        button('admins', { permission: { type: 1 } }),
        button('all', { permission: { type: 2 } }),
        button('none said'),
      ])
      const refusals = (person: string): readonly string[] =>
        ['listed', 'admins', 'all', 'none said'].flatMap((name) => {
          try {
            room.user(person).press(name)
            return []
          } catch (error) {
            return error instanceof RangeError ? error.message : ['another error']
          }
        })
      const refused = (person: string, ...names: readonly string[]): readonly string[] =>
        names.map((name) => `the button "${name}" is not for "${person}"`)
      expect(refusals('bob')).toEqual(refused('bob', 'admins'))
      expect(refusals('cat')).toEqual(refused('cat', 'listed'))
      expect(refusals('dan')).toEqual(refused('dan', 'listed', 'admins'))
    }))

  it('SM-17 in a channel follows roles', async () =>
    onStage(async (stage) => {
      const { sim, call, post } = stage
      const channel = sim.channel('general')
      const guild = sim.guild().id
      const made = await post(`/guilds/${guild}/roles`, { name: 'brewers' })
      const { role_id } = made.json as { readonly role_id: string }
      channel.user('dan').say('hi')
      expect(
        (await call('PUT', `/guilds/${guild}/members/${channel.user('dan').personId}/roles/${role_id}`))
          .status,
      ).toBe(204)
      await post(`/channels/${channel.id}/messages`, {
        markdown: { content: 'choose' },
        keyboard: {
          content: {
            rows: [
              {
                buttons: [
                  button('brew', { permission: { type: 3, specify_role_ids: [role_id] } }),
                  button('rule', { permission: { type: 1 } }),
                ],
              },
            ],
          },
        },
      })
      expect(channel.user('dan').press('brew').id).not.toBe('')
      expect(() => channel.user('eve').press('brew')).toThrow(/is not for "eve"/)
      expect(() => channel.user('dan').press('rule')).toThrow(/is not for "dan"/)
      expect(channel.user('owner').press('rule').id).not.toBe('')
    }))

  it('SM-17 turns the buttons of its group grey, for this person and this message', async () =>
    onStage(async (stage) => {
      const { sim } = stage
      const room = sim.group('room')
      const first = await offer(stage, [button('yes', {}, 'vote'), button('no', {}, 'vote'), button('more')])
      const press = (person: string, name: string, message = first): unknown =>
        room.user(person).press({ button: name, message })
      press('bob', 'yes')
      expect(() => press('bob', 'no')).toThrow(/grey/)
      expect(() => press('bob', 'yes')).toThrow(/grey/)
      press('bob', 'more')
      press('cat', 'no')
      press('bob', 'no', await offer(stage, [button('no', {}, 'vote')]))
      expect(sim.log.of('press').map(({ author, button: name }) => `${author} ${name}`)).toEqual([
        'bob yes',
        'bob more',
        'cat no',
        'bob no',
      ])
    }))

  it('SM-17 of a command sends its text, as a quote where the button says so', async () =>
    onStage(async (stage) => {
      const { sim, socket } = stage
      const message = await offer(stage, [
        button('ask', { type: 2, data: '/help', enter: true }),
        button('about', { type: 2, data: '/about', reply: true }),
      ])
      const index = sim.log.of('message').at(-1)?.refIdx ?? ''
      sim.group('room').user('bob').press('ask')
      expect((await socket.until(({ t }) => t === 'GROUP_AT_MESSAGE_CREATE')).d).toMatchObject({
        content: ' /help ',
        message_type: 0,
      })
      sim.group('room').user('bob').press({ button: 'about', message })
      const quoting = await socket.until(({ d }) => JSON.stringify(d).includes('/about'))
      expect(quoting.d).toMatchObject({
        message_type: 103,
        message_scene: { ext: expect.arrayContaining([`ref_msg_idx=${index}`]) },
        msg_elements: [{ msg_idx: index, content: 'choose' }],
      })
      expect(sim.log.of('press')).toEqual([])
    }))

  it('SM-17 on a link or on a recalled message is refused', async () =>
    onStage(async (stage) => {
      const { sim, call } = stage
      const buttons = [button('docs', { type: 0, data: 'https://example.test/' }), button('go')]
      const message = await offer(stage, buttons, 'ann')
      expect(() => sim.user('ann').press('docs')).toThrow(/opens a link/)
      await call('DELETE', `/v2/users/${sim.user('ann').id}/messages/${message}`)
      expect(() => sim.user('ann').press('go')).toThrow(/there is no button "go"/)
    }))
})

describe('a reply that is recalled or edited', () => {
  it('SM-17 stays a reply, with its anchor', async () =>
    onStage(async (stage) => {
      const { sim, call, post } = stage
      const said = sim.user('ann').say('hi')
      const path = `/v2/users/${sim.user('ann').id}/messages`
      const { json } = await post(path, { content: 'pong', msg_id: said.id })
      await call('DELETE', `${path}/${(json as { readonly id: string }).id}`)
      expect(sim.log.of('message').at(-1)).toMatchObject({ change: 'recalled', replyTo: said.id })
    }))
})

describe('a reaction', () => {
  it('SM-17 is in the log with its person and its emoji', async () =>
    onStage(async ({ sim }) => {
      const dan = sim.channel('general').user('dan')
      const { id } = dan.say('hi')
      dan.react(id, '👍')
      dan.react(id, '277')
      dan.unreact(id, '👍')
      const seen = sim.log.of('reaction').map(({ change, emoji, author }) => `${author} ${change} ${emoji}`)
      expect(seen).toEqual(['dan added 👍', 'dan added 277', 'dan removed 👍'])
    }))
})
