import type { Task } from '../../src/dispatch/keyed-queue.js'

/** A task of a key. Without a promise from `run` it ends at once. */
export const task = (
  key: string,
  { run, drop = () => {} }: { readonly run: () => Promise<void> | void; readonly drop?: () => unknown },
): Task => ({
  key,
  lane: null,
  start(onEnd) {
    const running = run()
    void running?.then(() => onEnd(this))
    return !running
  },
  drop: () => void drop(),
})
