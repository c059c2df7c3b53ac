import type { Delivery } from '@qqkit/core'
import { describe, expect, it } from 'vitest'

import { mentionOnly, type MentionOnlyOptions } from '../../src/middleware/index.js'
import { c2c, click, delivery, group } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

/** A group message as bots get it that receive all of them (§4.3). */
const overheard = (content: string): Delivery =>
  delivery('GROUP_MESSAGE_CREATE', {
    id: `ROBOT1.0_heard.${content}`,
    content,
    timestamp: '2026-01-01T08:00:00+08:00',
    group_openid: 'B2',
    author: { id: 'C3', member_openid: 'C3', member_role: 'member', username: 'ann', bot: false },
  })

const through = async (
  options: MentionOnlyOptions | undefined,
  deliveries: readonly Delivery[],
): Promise<string[]> => {
  const stage = new Stage()
  const passed: string[] = []
  stage.handlers.use(mentionOnly(options))
  stage.handlers.use((ctx) => passed.push(ctx.event === 'message' ? ctx.text : ctx.name))
  for (const one of deliveries) {
    stage.intake.deliver(one)
    await stage.intake.idle()
  }
  return passed
}

describe('mentionOnly', () => {
  it('lets through what addresses the bot, private messages and other events', async () => {
    const deliveries = [overheard('chatter'), group('hello bot'), c2c('hi'), click('a')]
    expect(await through(undefined, deliveries)).toEqual(['hello bot', 'hi', 'INTERACTION_CREATE'])
  })

  it('BT-38 takes a beginning for an address, in any case and width', async () => {
    const said = ['小助手，天气', '/ping', '／ping', 'TEA please', 'the /ping command', '小助']
    const passed = await through({ startsWith: ['/', '小助手', 'tea'] }, said.map(overheard))
    expect(passed).toEqual(said.slice(0, 4))
  })

  it('calls otherwise for each event that it keeps out', async () => {
    const kept: string[] = []
    await through({ otherwise: (ctx) => kept.push(ctx.text) }, [overheard('chatter')])
    expect(kept).toEqual(['chatter'])
  })

  it('refuses an option that does not exist', () => {
    expect(() => mentionOnly({ names: ['x'] } as MentionOnlyOptions)).toThrow(/there is no such option/)
  })
})
