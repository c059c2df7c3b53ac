import { describe, expect, it } from 'vitest'

import { routes } from '../../src/core/calls/routes.js'
import { administrationStories, type AdministrationStory } from '../support/administration-stories.js'
import { getToken, identified, INTENTS, memoryClient, socketClient } from '../support/clients.js'
import { shape, recordStory, type Story } from '../support/record-story.js'

/** Intents of forums, audio and voice channels, besides those of all tests. */
const ALL = INTENTS + 2 ** 9 + 2 ** 18 + 2 ** 19 + 2 ** 28 + 2 ** 29

/** The calls of the bot with their answers, its events, and the routes it called. */
const storyOf =
  (administer: AdministrationStory): Story =>
  async (client, see) => {
    const token = await getToken(client)
    const { socket } = await identified(client, token, { intents: ALL })
    await administer(async (method, path, body) => {
      const answer = await client.call(path, { method, token, ...(body === undefined ? {} : { body }) })
      see(shape(answer))
      return answer
    }, client.sim)
    socket.send({ op: 1, d: null })
    await socket.until(({ op }) => op === 11)
    see(socket.frames, [...new Set(client.sim.log.of('call').map(({ route }) => route))])
  }

/** Routes of the other stories: sends, media, streams, presses. */
const ELSEWHERE = new Set(['c2c', 'interaction', 'gateway.bot', 'group.send', 'group.files'])

describe.each(Object.entries(administrationStories))(
  'SM-05 a bot that administers %s',
  (_name, administer) => {
    it('SM-01 gets the same answers and events in memory and over sockets', async () => {
      const story = storyOf(administer)
      const inMemory = await recordStory(memoryClient, story, {})
      expect(inMemory.length).toBeGreaterThan(5)
      expect(await recordStory(socketClient, story, {})).toEqual(inMemory)
    })
  },
)

describe('SM-05 administration over both adapters', () => {
  it('SM-01 call every route of administration, and none fails', async () => {
    const called = new Set<string>()
    for (const administer of Object.values(administrationStories)) {
      const transcript = await recordStory(memoryClient, storyOf(administer), {})
      for (const route of transcript.at(-1) as readonly string[]) called.add(route)
      const answers = transcript.slice(0, -2) as readonly { readonly status: number }[]
      expect(answers.map(({ status }) => status).filter((status) => status >= 404)).toEqual([])
    }
    const missed = routes
      .map(({ name }) => name)
      .filter(
        (name) =>
          !called.has(name) &&
          !ELSEWHERE.has(name) &&
          !ELSEWHERE.has(name.split('.')[0] ?? '') &&
          !name.startsWith('group.upload'),
      )
    expect(missed).toEqual([])
  })
})
