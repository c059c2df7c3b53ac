import { once } from 'node:events'

import { describe, expect, it } from 'vitest'

import { type Apology, errorReply } from '../../src/middleware/index.js'
import { c2c, delivery } from '../support/deliveries.js'
import { Stage } from '../support/stage.js'

const BROKEN = new Error('broken')

const fail = async (apology: Apology, event = c2c('hi')) => {
  const stage = new Stage()
  const caught: unknown[] = []
  stage.handlers.catch((error) => caught.push(error))
  stage.handlers.use(errorReply(apology))
  stage.handlers.use(() => {
    throw BROKEN
  })
  return { stage, caught, run: async () => (stage.intake.deliver(event), stage.intake.idle()) }
}

describe('errorReply', () => {
  it('tells the user, and rethrows the error', async () => {
    const { stage, caught, run } = await fail('Sorry.')
    await run()
    expect(stage.texts).toEqual(['Sorry.'])
    expect(caught).toEqual([BROKEN])
  })

  it('makes the words of the error', async () => {
    const { stage, run } = await fail((error, ctx) => `${(error as Error).message} in ${ctx.name}`)
    await run()
    expect(stage.texts).toEqual(['broken in C2C_MESSAGE_CREATE'])
  })

  it('sends nothing for null, or for events without replies', async () => {
    const silent = await fail(() => null)
    await silent.run()
    const elsewhere = await fail('Sorry.', delivery('GUILD_CREATE', { id: 'g1', name: 'guild' }))
    await elsewhere.run()
    expect([...silent.stage.texts, ...elsewhere.stage.texts]).toEqual([])
    expect(elsewhere.caught).toEqual([BROKEN])
  })

  it('says nothing any more when the handler has run out of time', async () => {
    const stage = new Stage({ handlerTimeout: 1000 })
    stage.handlers.catch(() => {})
    stage.handlers.use(errorReply('Sorry.'))
    stage.handlers.on('message', null, async ({ signal }) => {
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
    })
    stage.intake.deliver(c2c('hi'))
    await stage.clock.advance(1000)
    await stage.intake.idle()
    expect(stage.texts).toEqual([])
  })

  it('does not hide the error behind words that cannot be made', async () => {
    const warned = once(process, 'warning')
    const { stage, caught, run } = await fail(() => {
      throw new Error('no words')
    })
    await run()
    expect(stage.texts).toEqual([])
    expect(caught).toEqual([BROKEN])
    expect(await warned).toMatchObject([{ message: 'no words' }])
  })

  it('does not hide the error behind an apology that fails', async () => {
    const { stage, caught, run } = await fail('Sorry.')
    stage.onSend = async () => Promise.reject(new Error('no network'))
    await run()
    expect(caught).toEqual([BROKEN])
  })
})
