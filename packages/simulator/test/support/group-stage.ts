import { onStage, type Stage } from './stage.js'

/** ms. */
export const DAY = 86_400_000

/** A group `room` of the owner, the bot as its admin, ann and bob. */
export const inRoom = async (
  story: (
    stage: Stage & { readonly at: (path: string) => string; readonly id: (name: string) => string },
  ) => Promise<void>,
  options: Parameters<typeof onStage>[1] = {},
): Promise<void> =>
  onStage(async (stage) => {
    const room = stage.sim.group('room')
    room.setBotRole('admin')
    for (const name of ['ann', 'bob']) room.user(name).join()
    const id = (name: string): string => room.user(name).personId
    await story({ ...stage, at: (path) => `/v2/groups/${room.id}${path}`, id })
  }, options)
