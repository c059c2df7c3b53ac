import { describe, expect, it } from 'vitest'

import { compose, type Layer, type Middleware } from '../../src/routing/layers.js'

interface Trail {
  readonly steps: string[]
}
const layer = (run: Middleware<Trail>, accepts = true): Layer<Trail> => ({ run, accepts: () => accepts })

describe('compose', () => {
  it('goes in and comes out in order, skipping layers that do not accept', async () => {
    const ctx: Trail = { steps: [] }
    const around =
      (name: string): Middleware<Trail> =>
      async ({ steps }, next) => {
        steps.push(`${name} in`)
        await next()
        steps.push(`${name} out`)
      }
    await compose([layer(around('a')), layer(around('never'), false), layer(around('b'))])(ctx)
    expect(ctx.steps).toEqual(['a in', 'b in', 'b out', 'a out'])
  })

  it('stops where next is not called', async () => {
    const ctx: Trail = { steps: [] }
    await compose([layer(({ steps }) => steps.push('first')), layer(({ steps }) => steps.push('second'))])(
      ctx,
    )
    expect(ctx.steps).toEqual(['first'])
  })

  it('BT-03 rejects the second next() of one layer, and lets another event call it again', async () => {
    const twice: Middleware<Trail> = async (_ctx, next) => {
      await next()
      await next()
    }
    await expect(compose([layer(twice)])({ steps: [] })).rejects.toMatchObject({ code: 'next_called_twice' })
    const once = compose([layer(async (_ctx, next) => next())])
    await once({ steps: [] })
    await once({ steps: [] })
  })

  it('BT-02 an outer layer catches the errors of an inner one', async () => {
    const ctx: Trail = { steps: [] }
    const guard: Middleware<Trail> = async ({ steps }, next) => {
      await next().catch((error: Error) => steps.push(error.message))
    }
    const bang: Middleware<Trail> = () => {
      throw new Error('bang')
    }
    await compose([layer(guard), layer(bang)])(ctx)
    expect(ctx.steps).toEqual(['bang'])
  })

  /** Layers that pass an event on and do not wait for what becomes of it. */
  const hasty: readonly (readonly [string, Middleware<Trail>])[] = [
    ['sync', (_ctx, next) => void next()],
    ['async', async (_ctx, next) => void next()],
    ['then', (_ctx, next) => void next().then(() => {})],
    ['finally', (_ctx, next) => void next().finally(() => {})],
    [
      'slow to end',
      async (_ctx, next) => {
        void next()
        await new Promise(setImmediate)
        await new Promise(setImmediate)
      },
    ],
  ]

  it.each(hasty)(
    'BT-02 is not over before what a layer passed on is, though it does not wait (%s)',
    async (_name, run) => {
      const ctx: Trail = { steps: [] }
      const slow: Middleware<Trail> = async ({ steps }) => {
        await new Promise(setImmediate)
        steps.push('done')
      }
      await compose([layer(run), layer(slow)])(ctx)
      expect(ctx.steps).toEqual(['done'])
    },
  )

  it.each(hasty)(
    'BT-02 fails with what fails behind a layer that does not wait for it (%s)',
    async (_name, run) => {
      const bang: Middleware<Trail> = async () => {
        await Promise.resolve()
        throw new Error('bang')
      }
      await expect(compose([layer(run), layer(bang)])({ steps: [] })).rejects.toThrow('bang')
    },
  )

  it('BT-02 an event is not over when a layer fails without awaiting next()', async () => {
    const ctx: Trail = { steps: [] }
    const bang: Middleware<Trail> = (_ctx, next) => {
      void next()
      throw new Error('bang')
    }
    const slow: Middleware<Trail> = async ({ steps }) => {
      await new Promise(setImmediate)
      steps.push('done')
    }
    await expect(compose([layer(bang), layer(slow)])(ctx)).rejects.toThrow('bang')
    expect(ctx.steps).toEqual(['done'])
  })

  it('BT-03 reports a second next() where neither is awaited', async () => {
    const twice: Middleware<Trail> = (_ctx, next) => {
      void next()
      void next()
    }
    await expect(compose([layer(twice)])({ steps: [] })).rejects.toMatchObject({ code: 'next_called_twice' })
  })
})
