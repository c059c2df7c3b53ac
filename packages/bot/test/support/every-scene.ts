import { ManualClock } from '@qqkit/core/testing'
import { type Desk, type DeskBotOptions, startDesk } from '@qqkit/simulator/testing'

import type { Bot } from '../../src/index.js'

type Person = ReturnType<Desk['user']>

/** A person in each scene. */
const PEOPLE: Readonly<Record<string, (desk: Desk) => Person>> = {
  c2c: (desk) => desk.user('ann'),
  group: (desk) => desk.group('room').user('bob'),
  channel: (desk) => desk.channel('general').user('cat'),
  dm: (desk) => desk.dm('dan'),
}

/** Every scene over both transports, for `it.each`. */
export const everyScene: readonly (readonly [scene: string, transport: 'gateway' | 'webhook'])[] =
  Object.keys(PEOPLE).flatMap((scene) => [[scene, 'gateway'] as const, [scene, 'webhook'] as const])

/** Lets a person of a scene talk to a bot. */
export const talk = async (
  [scene, source]: (typeof everyScene)[number],
  make: (options: DeskBotOptions & { readonly source: 'gateway' | 'webhook' }) => Bot,
  conversation: (person: Person, desk: Desk) => Promise<void>,
): Promise<void> => {
  const desk = await startDesk((options) => make({ ...options, source }), {
    clock: new ManualClock(),
    platform: { limits: false },
  })
  try {
    await conversation(PEOPLE[scene]!(desk), desk)
  } finally {
    await desk.close()
  }
}
