import { ManualClock } from '@qqkit/core/testing'
import { createMemorySimulator, type MemorySimulator } from '@qqkit/simulator'
import { expect, it } from 'vitest'

import { InvalidRequestError, Rest, text, type Target } from '../../src/index.js'
import { mention } from '../../src/text/index.js'

type Live = NonNullable<Parameters<typeof createMemorySimulator>[0]>['live']

/** Tells a story on a platform in memory whose switches stand so. */
const onPlatform = async (
  live: Live,
  story: (rest: Rest, sim: MemorySimulator, room: Target<'group'>) => Promise<void>,
): Promise<void> => {
  const clock = new ManualClock()
  const sim = createMemorySimulator({ clock, ...(live && { live }) })
  const { appId, secret } = sim.credentials
  const rest = new Rest({ appId, secret, baseUrl: sim.url, dispatcher: sim.dispatcher, clock })
  await story(rest, sim, { scene: 'group', id: sim.group('room').id })
  await rest.close()
  await sim.close()
}

const payloads = (sim: MemorySimulator): readonly unknown[] =>
  sim.log
    .of('message')
    .filter(({ direction }) => direction === 'out')
    .map(({ payload }) => payload)

it.each(['ignore', 'refuse'] as const)(
  'RS-36 a blank beside markdown takes no message down (contentBesideMarkdown: %s)',
  async (contentBesideMarkdown) =>
    onPlatform({ contentBesideMarkdown }, async (rest, sim, room) => {
      for (const content of ['', ' ', '\n'])
        expect(await rest.send(room, { content, markdown: { content: '# hi' } })).toMatchObject({
          kind: 'sent',
        })
      await expect(rest.send(room, { content: 'x', markdown: { content: '# hi' } })).rejects.toBeInstanceOf(
        InvalidRequestError,
      )
      expect(payloads(sim)).toEqual(
        Array.from({ length: 3 }, () => ({ msg_type: 2, markdown: { content: '# hi' } })),
      )
    }),
)

it.each(['shown_as_text', 'shown_as_mention'] as const)(
  'BT-14 nobody sees the markup of a mention (mentionInText: %s)',
  async (mentionInText) =>
    onPlatform({ mentionInText }, async (rest, sim, room) => {
      const bob = sim.group('room').user('bob')
      const ann = sim.user('ann')
      const said = (id: string): readonly { readonly content: string }[] => [
        text`${mention(id)} hi`,
        { content: `${String(mention(id))} hi` },
        { content: `${String(mention(id, { form: '<@id>' }))} hi` },
      ]
      for (const message of said(bob.id)) await rest.send(room, message)
      for (const message of said(ann.id)) await rest.send({ scene: 'c2c', id: ann.id }, message)
      for (const payload of payloads(sim)) expect(payload).toMatchObject({ msg_type: 2, markdown: {} })
      expect(payloads(sim)).toHaveLength(6)
    }),
)
