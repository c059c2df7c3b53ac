import { expect } from 'vitest'

import { verifyText } from '../../../src/core/events/webhook-push.js'
import type { FaultStage, Push } from '../fault-stage.js'
import type { Play } from './play.js'

const idOf = ({ body }: Push): string => (JSON.parse(body) as { readonly id: string }).id

/**
 * Ann says two messages to a bot with a webhook; the first push meets the fault. Waits for `count` pushes, `late` ms
 * for the last one, and returns the pushes with their validity.
 */
const sayTwo = async (
  { sim, pass, listen }: FaultStage,
  count: number,
  late = 0,
): Promise<{ readonly came: readonly string[]; readonly signed: readonly string[] }> => {
  const endpoint = await listen()
  try {
    sim.changeBot({ webhook: endpoint.url })
    const names = new Map(['one', 'two'].map((text) => [sim.user('ann').say(text).eventId, text]))
    await endpoint.until(late > 0 ? count - 1 : count)
    await pass(late)
    await endpoint.until(count)
    const nameOf = (push: Push): string => names.get(idOf(push)) ?? 'unknown'
    const isSigned = ({ headers, body }: Push): boolean =>
      verifyText(
        sim.credentials.secret,
        `${headers.get('x-signature-timestamp')}${body}`,
        headers.get('x-signature-ed25519') ?? '',
      )
    return { came: endpoint.pushes.map(nameOf), signed: endpoint.pushes.filter(isSigned).map(nameOf) }
  } finally {
    endpoint.close()
  }
}

/** Faults of webhook pushes. Pushes of one moment arrive in any order. */
export const pushPlays: Readonly<Record<string, Play>> = {
  'push-lost': async (stage) => {
    expect((await sayTwo(stage, 1)).came).toEqual(['two'])
  },
  'push-doubled': async (stage) => {
    const { came } = await sayTwo(stage, 3)
    expect([came.filter((name) => name === 'one'), came.filter((name) => name === 'two')]).toEqual([
      ['one', 'one'],
      ['two'],
    ])
  },
  'push-late': async (stage) => {
    expect((await sayTwo(stage, 2, 5_000)).came).toEqual(['two', 'one'])
  },
  'push-forged': async (stage) => {
    const { came, signed } = await sayTwo(stage, 2)
    expect(new Set(came)).toEqual(new Set(['one', 'two']))
    expect(signed).toEqual(['two'])
  },
}
