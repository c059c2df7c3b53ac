import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'

import {
  checkRecording,
  recordingOf,
  startSimulator,
  testFileOf,
  type Recording,
  type Simulator,
} from '../../src/index.js'
import { stepsOf } from '../../src/recordings/recording.js'
import { replay } from '../../src/cli/replay.js'
import { toChinese } from '../../src/language/to-chinese.js'
import { png } from '../support/pictures.js'
import { conversation } from '../support/recorded-bot.js'
import { startScriptedBot } from '../support/scripted-bot.js'

/** A turn of a recording by hand. */
const turn = (text: string, at: number, ...replies: Recording['turns'][number]['replies']) =>
  ({ scene: 'c2c', peer: 'ann', person: 'ann', at, act: { kind: 'say', text }, replies }) as const

const repliesOf = (sim: Simulator): number =>
  sim.log.of('message').filter(({ direction }) => direction === 'out').length

/** The lines of the test of a recording, without those around them. */
const linesOf = (...turns: Recording['turns']): readonly string[] =>
  testFileOf({ version: 1, turns })
    .split('\n')
    .filter((line) => line.startsWith('    ') && !line.includes('desk.close'))
    .map((line) => line.trim())

describe('a recording holds', () => {
  it('SM-21 what people did that reached the bot, with quotes, files, comings and goings', async () => {
    const sim = await startSimulator({ page: false })
    const ann = sim.user('ann')
    ann.say('too early')
    const bot = await startScriptedBot(sim, conversation())
    await expect.poll(() => bot.events).toContain('READY')
    ann.befriend()
    await expect.poll(() => repliesOf(sim)).toBe(1)
    const first = await sim.replyTo(ann.say('one'))
    ann.recall((await sim.replyTo(ann.say('two', { quote: first.id }))).replyTo ?? '')
    const bob = sim.group('friends').user('bob')
    bob.say('unheard', { at: false })
    bob.join()
    const file = { url: 'https://example.test/a.png', content_type: 'image/png', filename: 'a.png' }
    await sim.replyTo(bob.say('three', { attachments: [file] }))
    await bot.close()
    await sim.close()
    const recording = recordingOf(sim.log.entries())
    expect(checkRecording(structuredClone(recording))).toEqual(recording)
    expect(
      recording.turns.map(({ person, act, replies }) => [person, act, replies.map(({ content }) => content)]),
    ).toEqual([
      ['ann', { kind: 'befriend' }, ['welcome']],
      ['ann', { kind: 'say', text: 'one' }, ['heard: one']],
      ['ann', { kind: 'say', text: 'two', quote: { turn: 1, reply: 0 } }, ['heard: two, quoting heard: one']],
      ['bob', { kind: 'join' }, ['welcome']],
      ['bob', { kind: 'say', text: 'three', files: [file] }, ['heard: three, a.png']],
    ])
    const bare = recordingOf(sim.log.entries(), { contents: false })
    expect(checkRecording(structuredClone(bare))).toEqual(bare)
    expect(JSON.stringify(bare)).not.toMatch(/heard|one|two|three|a\.png/)
    expect(bare.turns.map(({ replies }) => replies.length)).toEqual([1, 1, 1, 1, 1])
  })

  it('SM-21 reactions, recalls, permissions, comings and goings, and bytes, which a replay repeats', async () => {
    const sim = await startSimulator({ page: false })
    const bot = await startScriptedBot(sim, conversation())
    await expect.poll(() => bot.events).toContain('READY')
    const cat = sim.channel('art/general').user('cat')
    const said = cat.say('hello')
    const { id } = await sim.replyTo(said)
    cat.react(id, '277')
    await expect.poll(() => repliesOf(sim)).toBe(2)
    expect(await bot.call('PUT', `/channels/${cat.id}/messages/${said.id}/reactions/1/4`)).toBe(204)
    cat.unreact(id, '277')
    cat.recall(said.id)
    expect(
      (await sim.replyTo(cat.say('how large?', { attachments: [sim.file(png(3, 2), { name: '' })] })))
        .content,
    ).toBe(`${png(3, 2).length} bytes`)
    sim.guild('art').removeBot('cat')
    sim.guild('art').addBot('cat')
    const room = sim.group('room')
    await sim.replyTo(room.user('bob').say('hello'))
    for (const what of ['refuse', 'allow', 'removeBot'] as const) room[what]('bob')
    room.addBot('bob')
    await expect.poll(() => repliesOf(sim)).toBe(5)
    const ann = sim.user('ann')
    await sim.replyTo(ann.say('hello'))
    for (const what of ['refuse', 'allow', 'unfriend'] as const) ann[what]()
    await expect.poll(() => bot.events).toContain('FRIEND_DEL')
    await bot.close()
    await sim.close()
    const recording = recordingOf(sim.log.entries(), { contentOf: (file) => sim.contentOf(file) })
    expect(checkRecording(structuredClone(recording))).toEqual(recording)
    expect(recording.turns.map(({ act: { kind } }) => kind)).toEqual([
      'say',
      'react',
      'unreact',
      'recall',
      'say',
      'removeBot',
      'addBot',
      'say',
      'refuse',
      'allow',
      'removeBot',
      'addBot',
      'say',
      'refuse',
      'allow',
      'unfriend',
    ])
    expect(
      JSON.stringify(recordingOf(sim.log.entries(), { contents: false, contentOf: () => png(3, 2) })),
    ).not.toContain('data')

    const again = await startSimulator({ page: false })
    onTestFinished(async () => again.close())
    const other = await startScriptedBot(again, conversation())
    onTestFinished(async () => other.close())
    await expect.poll(() => other.events).toContain('READY')
    const differences: string[] = []
    await replay(again, recording, 'en', (_turn, found) => differences.push(...found))
    expect(differences).toEqual([])
    // All but the bot's own reaction, which is no act of a person.
    const once = [...new Set(bot.events)]
    await expect.poll(() => [...new Set(other.events)]).toEqual(once)
  })

  it('SM-21 a reply that came after a later act, in its place', async () => {
    const clock = new ManualClock()
    const sim = await startSimulator({ page: false, clock })
    const bot = await startScriptedBot(sim, conversation())
    await expect.poll(() => bot.events).toContain('READY')
    sim.user('ann').say('later')
    await sim.replyTo(sim.user('ann').say('now'))
    await expect.poll(() => repliesOf(sim)).toBe(2)
    await bot.close()
    await sim.close()
    const { turns } = recordingOf(sim.log.entries())
    expect(turns[0]?.replies).toMatchObject([{ since: 1, content: 'here it is' }])
    // On a clock that stands still both replies came at once.
    const [act, ...expectations] = linesOf(...turns)
    expect(act).toBe("const turn1 = desk.user('ann').say('later')")
    expect(expectations.join(' ')).toContain("await turn1.expect('here it is')")
  })
})

describe('the report of a replay', () => {
  it('MT-07 has every act of people in Chinese too', () => {
    for (const act of ['adds the bot', 'joins', 'leaves', 'acts'])
      expect(toChinese(`bob ${act}: expected "a", received "b"`)).toMatch(/^bob [^a-z]+：期望 "a"，收到 "b"$/)
  })
})

describe('the test file of a recording', () => {
  it('SM-21 has every act of people, of the bot and with files, and says which bytes it has not', () => {
    const of = (scene: 'c2c' | 'group' | 'channel', act: Recording['turns'][number]['act'], at: number) => ({
      ...turn('', at),
      scene,
      peer: scene === 'channel' ? 'art/general' : 'ann',
      act,
    })
    const url = 'http://127.0.0.1:1/_cos/1/a.png'
    const file = { url, content_type: 'image/png', filename: 'a.png' }
    const message = { turn: 0 }
    expect(
      linesOf(
        of('channel', { kind: 'say', text: 'a', files: [{ ...file, data: 'QQ==' }] }, 0),
        of('channel', { kind: 'react', message, emoji: '277' }, 1),
        of('channel', { kind: 'recall', message }, 2),
        of('channel', { kind: 'addBot' }, 3),
        of('group', { kind: 'refuse' }, 4),
        of('c2c', { kind: 'allow' }, 5),
        of('c2c', { kind: 'say', text: 'b', files: [file] }, 6),
      ),
    ).toEqual([
      "const turn1 = desk.channel('art/general').user('ann').say('a', { attachments: [desk.sim.file(Buffer.from('QQ==', 'base64'), { name: 'a.png', kind: 'image' })] })",
      'await turn1.expectNothing()',
      "await desk.channel('art/general').user('ann').does(() => desk.sim.channel('art/general').user('ann').react(turn1.ids[0] ?? '', '277')).expectNothing()",
      "await desk.channel('art/general').user('ann').does(() => desk.sim.channel('art/general').user('ann').recall(turn1.ids[0] ?? '')).expectNothing()",
      "await desk.channel('art/general').user('ann').does(() => desk.sim.guild('art').addBot('ann')).expectNothing()",
      "await desk.group('ann').user('ann').does(() => desk.sim.group('ann').refuse('ann')).expectNothing()",
      "await desk.user('ann').does(() => desk.sim.user('ann').allow()).expectNothing()",
      '// The bytes of "a.png" are not here: it is larger than 256 KiB, or no longer kept.',
      `await desk.user('ann').say('b', { attachments: [{ url: '${url}', content_type: 'image/png', filename: 'a.png' }] }).expectNothing()`,
    ])
  })

  it('SM-21 keeps the order of replies, and names what later lines need', () => {
    const late = { since: 1, after: 90, content: 'late' }
    const quoting = {
      ...turn('c', 200, { after: 1, content: 'r' }),
      act: { kind: 'say', text: 'c', quote: { turn: 1, reply: 0 } },
    } as const
    expect(
      linesOf(turn('a', 0, late), turn('b', 50, { after: 10, content: 'soon' }), quoting, turn('d', 300)),
    ).toEqual([
      "const turn1 = desk.user('ann').say('a')",
      "const reply2_1 = await desk.user('ann').say('b').expect('soon')",
      "await turn1.expect('late')",
      "await desk.user('ann').say('c', { quote: reply2_1.entry.id }).expect('r')",
      "await desk.user('ann').say('d').expectNothing()",
    ])
    expect(stepsOf({ version: 1, turns: [turn('a', 0)] })).toEqual([{ turn: 0, reply: null }])
  })

  it('SM-21 gives itself the time that the replies took, where vitest would give it up', () => {
    const slow = turn('a', 0, { after: 4_200, content: 'at last' })
    expect(testFileOf({ version: 1, turns: [slow] })).toMatch(
      /expect\('at last', \{ timeout: 8400 \}\)[^]*\n\}, 14000\)\n$/,
    )
    expect(testFileOf({ version: 1, turns: [slow] }, { runner: 'node:test' })).toMatch(/\n\}\)\n$/)
  })
})
