/** Chunks that a slow browser may lag behind before it is given a fresh start instead. */
const LAG = 64

/** Everyone who watches the page's feed. */
export interface Broadcast {
  /** A new server-sent-event stream; it begins with `first()`. */
  open(first: () => string): Response
  /** Sends one event to all. A browser that does not keep up gets `first()` again when it is ready. */
  send(text: string): void
  readonly size: number
  close(): void
}

/** One server-sent event. The data is JSON, which has no line breaks of its own. */
export const eventText = (name: string, data: unknown): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

interface Viewer {
  readonly controller: ReadableStreamDefaultController<Uint8Array>
  readonly first: () => string
  behind: boolean
}

export const createBroadcast = (): Broadcast => {
  const viewers = new Set<Viewer>()
  const encoder = new TextEncoder()

  const open = (first: () => string): Response => {
    let viewer: Viewer | null = null
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          // After a lost connection, ask again soon: the simulator is on this machine.
          controller.enqueue(encoder.encode(`retry: 1000\n\n${first()}`))
          viewer = { controller, first, behind: false }
          viewers.add(viewer)
        },
        pull: (controller) => {
          if (!viewer?.behind) return
          const whole = first()
          viewer.behind = false
          controller.enqueue(encoder.encode(whole))
        },
        cancel: () => {
          if (viewer) viewers.delete(viewer)
        },
      },
      new CountQueuingStrategy({ highWaterMark: LAG }),
    )
    return new Response(body, {
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
    })
  }

  return {
    open,
    send: (text) => {
      const chunk = encoder.encode(text)
      for (const viewer of viewers) {
        if ((viewer.controller.desiredSize ?? 0) <= 0) viewer.behind = true
        if (!viewer.behind) viewer.controller.enqueue(chunk)
      }
    },
    get size() {
      return viewers.size
    },
    close: () => {
      for (const { controller } of viewers) controller.close()
      viewers.clear()
    },
  }
}
