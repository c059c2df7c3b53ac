import { ManualClock } from '@qqkit/core/testing'
import { describe, expect, it } from 'vitest'

import {
  checkRecording,
  recordingOf,
  startSimulator,
  testFileOf,
  type Recording,
  type Simulator,
} from '../../src/index.js'
import { stepsOf } from '../../src/recordings/recording.js'
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

describe('the test file of a recording', () => {
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
