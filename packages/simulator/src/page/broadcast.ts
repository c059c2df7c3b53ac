/** Most pending chunks of a slow browser; beyond them it gets a fresh snapshot instead. */
const LAG = 64

/** All open feeds of the page. */
export interface Broadcast {
  /** Opens a server-sent-event stream that begins with `first()`. */
  open(first: () => string): Response
  /** Sends one event to all feeds. A browser that cannot keep up gets `first()` again once it is ready. */
  send(text: string): void
  readonly size: number
  close(): void
}

/** One server-sent event. Its data is JSON without line breaks. */
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
          // Reconnect soon after a lost connection, since the simulator is on this machine.
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
