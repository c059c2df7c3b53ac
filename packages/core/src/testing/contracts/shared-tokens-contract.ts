import assert from 'node:assert/strict'

import type { SharedToken, SharedTokens } from '../../contracts/shared-tokens.js'
import type { ContractCase } from './contract.js'

/** Tokens of a bot of its own under test. */
export interface SharedTokensSubject {
  readonly tokens: SharedTokens
  /** The same in another process. */
  readonly again: () => SharedTokens
  /** Advances the time of what is remembered by `ms`. */
  readonly pass: (ms: number) => Promise<void>
}

const HOUR = 3_600_000

/** A platform that numbers its tokens. */
class Platform {
  asked = 0
  fails = 0

  readonly ask = async (signal: AbortSignal): Promise<SharedToken> => {
    signal.throwIfAborted()
    this.asked += 1
    const token = `t${this.asked}`
    // Others come while it is asked.
    await new Promise((resolve) => setImmediate(resolve))
    if (this.fails > 0) {
      this.fails -= 1
      throw new Error(`down: ${token}`)
    }
    return { token, lifetime: HOUR }
  }

  async from(tokens: SharedTokens, except: readonly string[] = []): Promise<string> {
    return (await tokens.get({ ask: this.ask, except, signal: new AbortController().signal })).token
  }
}

/** The contract suite of {@link SharedTokens}. */
export const sharedTokensContract = (
  make: () => SharedTokensSubject | Promise<SharedTokensSubject>,
): readonly ContractCase[] => [
  {
    name: 'RS-62 asks the platform once for calls of two processes at once, and for later ones',
    run: async () => {
      const { tokens, again } = await make()
      const platform = new Platform()
      const other = again()
      const calls = [tokens, other, tokens, other].map(async (one) => platform.from(one))
      assert.deepEqual(await Promise.all(calls), ['t1', 't1', 't1', 't1'])
      assert.equal(await platform.from(again()), 't1')
      assert.equal(platform.asked, 1)
    },
  },
  {
    name: 'RS-62 gives the rest of the life of a token, and asks when that is over',
    run: async () => {
      const { tokens, again, pass } = await make()
      const platform = new Platform()
      await platform.from(tokens)
      await pass(HOUR / 2)
      const { signal } = new AbortController()
      const { lifetime } = await again().get({ ask: platform.ask, except: [], signal })
      assert.ok(lifetime <= HOUR / 2 && lifetime > HOUR / 2 - 60_000, String(lifetime))
      await pass(HOUR / 2)
      assert.equal(await platform.from(tokens), 't2')
    },
  },
  {
    name: 'RS-62 asks instead of returning a token that was refused, and not when there is a newer one',
    run: async () => {
      const { tokens, again } = await make()
      const platform = new Platform()
      await platform.from(tokens)
      assert.equal(await platform.from(tokens, ['t1']), 't2')
      assert.equal(await platform.from(again(), ['t1', 't0']), 't2')
      assert.equal(platform.asked, 2)
    },
  },
  {
    name: 'RS-62 passes on an error of the platform, and asks again at the next call',
    run: async () => {
      const { tokens, again } = await make()
      const platform = new Platform()
      platform.fails = 1
      await assert.rejects(platform.from(tokens), /down: t1/)
      assert.equal(await platform.from(again()), 't2')
    },
  },
  {
    name: 'RS-62 ends with its signal, and leaves the way free for others',
    run: async () => {
      const { tokens, again } = await make()
      const platform = new Platform()
      const controller = new AbortController()
      const reason = new Error('closed')
      const ask = async (signal: AbortSignal): Promise<SharedToken> => {
        controller.abort(reason)
        return platform.ask(signal)
      }
      await assert.rejects(
        tokens.get({ ask, except: [], signal: controller.signal }),
        (error) => error === reason,
      )
      assert.equal(await platform.from(again()), 't1')
    },
  },
]
