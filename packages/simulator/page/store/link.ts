import type { PageSnapshot, PageUpdate } from '../../src/page/contract/wire.js'
import { gather } from './gather.js'
import type { Action } from './reduce.js'
import { dispatch } from './store.js'

/** Time before the next attempt after the browser gave up on the feed, in ms. */
const RETRY = 2000

/** All data of the feed passes through one queue, so that it keeps its order. */
const take = gather<Action>(dispatch)

/**
 * Follows the simulator's feed. The browser itself reconnects after a lost connection; after an answer that is no feed
 * it gives up, and this function starts over. Every connection begins with a whole snapshot, so nothing needs repair.
 */
export const follow = (): void => {
  const source = new EventSource('/_sim/events')
  source.addEventListener('snapshot', (event: MessageEvent<string>) => {
    take({ type: 'snapshot', snapshot: JSON.parse(event.data) as PageSnapshot, now: Date.now() })
  })
  source.addEventListener('update', (event: MessageEvent<string>) => {
    take({ type: 'update', update: JSON.parse(event.data) as PageUpdate, now: Date.now() })
  })
  source.addEventListener('error', () => {
    take({ type: 'link', link: 'lost' })
    if (source.readyState !== EventSource.CLOSED) return
    source.close()
    setTimeout(follow, RETRY)
  })
}
