import type { PageSnapshot, PageUpdate } from '../../src/page/contract/wire.js'
import { gather } from './gather.js'
import type { Action } from './reduce.js'
import { dispatch } from './store.js'

/** How long to wait before asking again after the browser gave up on the feed, ms. */
const RETRY = 2000

/** Everything that comes over the feed goes through here, so that it keeps its order. */
const take = gather<Action>(dispatch)

/**
 * Follows the simulator's feed. The browser reconnects after a lost connection by itself; after an answer that is not
 * a feed it gives up, and this starts over. Every connection begins with a whole snapshot, so nothing needs repair.
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
