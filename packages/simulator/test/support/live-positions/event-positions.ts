import { expect } from 'vitest'

import { pathTo, send, SENT } from '../fault-plays/calls.js'
import type { FaultStage } from '../fault-stage.js'
import type { Frame } from '../wire-client.js'
import type { Positions, Story } from './position.js'

interface GroupMessage {
  readonly id: string
  readonly content: string
  readonly message_scene: { readonly ext: readonly string[] }
  readonly mentions?: readonly { readonly id: string; readonly is_you: boolean }[]
}

const dOf = ({ d }: Frame): GroupMessage => d as GroupMessage

/** The events of bob's message in a group in full-message mode. */
const inFullMode = async (stage: FaultStage, at: boolean): Promise<readonly Frame[]> => {
  const { socket } = await stage.ready()
  stage.sim.group('room').hearAll()
  stage.sim.group('room').user('bob').say('/ping', { at })
  await stage.beat(socket)
  return socket.frames.filter(({ t }) => t?.startsWith('GROUP'))
}

const oneEvent =
  (text: (botId: string) => string): Story =>
  async (stage) => {
    const [event, ...others] = await inFullMode(stage, true)
    expect([event?.t, others]).toEqual(['GROUP_MESSAGE_CREATE', []])
    const { content, mentions } = dOf(event ?? {})
    expect(mentions).toMatchObject([{ is_you: true }])
    expect(content).toBe(text(mentions?.[0]?.id ?? ''))
    expect((await inFullMode(stage, false)).map((frame) => dOf(frame).content)).toEqual(['/ping'])
  }

const refused =
  (status: number): Story =>
  async (stage) => {
    const answer = await stage.post(`${pathTo(stage)}/files`, FILE)
    expect(answer).toMatchObject({ status, json: { message: expect.any(String) as string } })
    expect(answer.json).not.toHaveProperty('code')
    expect(await inOtherWays(stage)).toEqual([200, 200])
  }

const FILE = { file_type: 1, file_data: 'QUJD' }

/** The same bytes in a group, and a picture by its address in C2C. */
const inOtherWays = async (stage: FaultStage): Promise<readonly number[]> => [
  (await stage.post(`/v2/groups/${stage.sim.group('room').id}/files`, FILE)).status,
  (await stage.post(`${pathTo(stage)}/files`, { file_type: 1, url: 'https://example.test/a.png' })).status,
]

const mentioned =
  (...expected: readonly ((id: string) => string)[]): Story =>
  async (stage) => {
    const { sim } = stage
    const bob = sim.group('room').user('bob').personId
    sim.group('room').user('bob').say('hi')
    const path = `/v2/groups/${sim.group('room').id}/messages`
    for (const content of [`<qqbot-at-user id="${bob}" /> hi`, `<@${bob}> and <@!${bob}>`, '<@STRANGER> hi'])
      expect((await stage.post(path, { content })).status).toBe(200)
    const ann = sim.user('ann').id
    expect(await send(stage, { content: `<@${ann}> hi` })).toMatchObject(SENT)
    const shown = sim.log
      .of('message')
      .flatMap(({ direction, content }) => (direction === 'out' ? content : []))
    expect(shown).toEqual(expected.map((text, index) => text(index === 3 ? ann : bob)))
    // Markdown has mentions in either position; the log has its source.
    const markdown = { msg_type: 2, markdown: { content: `<qqbot-at-user id="${bob}" /> **hi**` } }
    expect((await stage.post(path, markdown)).status).toBe(200)
    expect(sim.log.of('message').at(-1)?.content).toBe(markdown.markdown.content)
  }

/** Events of groups, uploads and mentions (§4.3, §5.5, §5.12). */
export const eventPositions: Positions = {
  ownMention: {
    kept: oneEvent((id) => `<@${id}> /ping`),
    removed: oneEvent(() => ' /ping '),
  },
  fullModeEvents: {
    one: async (stage) => {
      expect((await inFullMode(stage, true)).map(({ t }) => t)).toEqual(['GROUP_MESSAGE_CREATE'])
    },
    both: async (stage) => {
      const [at, all, ...others] = await inFullMode(stage, true)
      expect([at?.t, all?.t, others]).toEqual(['GROUP_AT_MESSAGE_CREATE', 'GROUP_MESSAGE_CREATE', []])
      const [first, second] = [dOf(at ?? {}), dOf(all ?? {})]
      // One message: the same id and index in two frames.
      expect(second.id).toBe(first.id)
      expect(second.message_scene).toEqual(first.message_scene)
      expect(all?.id).not.toBe(at?.id)
      expect([first.content, second.content]).toEqual([
        ' /ping ',
        `<@${first.mentions?.[0]?.id ?? ''}> /ping`,
      ])
      expect((await inFullMode(stage, false)).map(({ t }) => t)).toEqual(['GROUP_MESSAGE_CREATE'])
    },
  },
  fileData: {
    accept: async (stage) => {
      expect((await stage.post(`${pathTo(stage)}/files`, FILE)).status).toBe(200)
      expect(await inOtherWays(stage)).toEqual([200, 200])
    },
    refuse_c2c_400: refused(400),
    refuse_c2c_500: refused(500),
  },
  mentionInText: {
    shown_as_text: mentioned(
      (id) => `<qqbot-at-user id="${id}" /> hi`,
      (id) => `<@${id}> and <@!${id}>`,
      () => '<@STRANGER> hi',
      (id) => `<@${id}> hi`,
    ),
    shown_as_mention: mentioned(
      () => '@bob hi',
      () => '@bob and @bob',
      () => '<@STRANGER> hi',
      () => '@ann hi',
    ),
  },
}
