import { QqkitError } from '@qqkit/core'
import { Intent } from '@qqkit/protocol'
import { describe, expect, it } from 'vitest'

import { explainRefusal } from '../../src/runtime/gateway-source.js'

describe('explainRefusal', () => {
  it('BT-10 says after a 4014 which intents were asked for, those that need a permission first', () => {
    const refusal = Object.assign(new Error('closed'), { closeCode: 4014 })
    const explained = explainRefusal(
      refusal,
      Intent.GUILDS | Intent.GUILD_MESSAGES | Intent.GROUP_AND_C2C_EVENT,
    )
    expect(explained).toMatchObject({
      code: 'intents_refused',
      message: expect.stringMatching(
        /: GUILD_MESSAGES \(needs a permission\), GUILDS, GROUP_AND_C2C_EVENT$/,
      ) as string,
      cause: refusal,
    })
  })

  it('GW-31 says the same where Identify was refused until no attempt was left, and names the suspicious ones first', () => {
    const cause = new QqkitError({ code: 'gateway_identify_refused', message: 'refused' })
    const refusal = new Error('gave up', { cause })
    const mask = Intent.INTERACTION | Intent.GUILDS | Intent.FORUMS_EVENT | Intent.GROUP_MEMBER_EVENT
    expect(explainRefusal(refusal, mask)).toMatchObject({
      code: 'intents_refused',
      message: expect.stringMatching(
        /: FORUMS_EVENT \(needs a permission\), GROUP_MEMBER_EVENT \(needs a permission\), INTERACTION, GUILDS$/,
      ) as string,
      cause: refusal,
    })
  })

  it('leaves other errors as they are', () => {
    const other = Object.assign(new Error('closed'), { closeCode: 4004 })
    expect(explainRefusal(other, 1)).toBe(other)
    expect(explainRefusal(undefined, 1)).toBeUndefined()
  })
})
