import { Way } from './way.js'

/** A request that sends a message. */
const SEND = /^POST \S+\/messages /m

/** The way of a process to the platform. */
export class PlatformWay {
  readonly way: Way
  /** When a message was sent over it, in wall ms. */
  readonly sends: readonly number[]
  readonly #tear: () => void

  private constructor(way: Way, sends: readonly number[], tear: () => void) {
    this.way = way
    this.sends = sends
    this.#tear = tear
  }

  /** @param port of the platform */
  static async open(port: number): Promise<PlatformWay> {
    const sends: number[] = []
    const state = { tears: false }
    const way = await Way.open(
      () => ({ host: '127.0.0.1', port }),
      ({ client, target, end }) => ({
        toTarget: (bytes) => {
          if (SEND.test(bytes.toString('latin1'))) sends.push(Date.now())
          target.write(bytes)
        },
        toClient: (bytes) => {
          client.write(state.tears ? bytes.subarray(0, bytes.length >> 1) : bytes)
          if (state.tears) end('reset')
          state.tears = false
        },
      }),
    )
    return new PlatformWay(way, sends, () => {
      state.tears = true
    })
  }

  /** Of what the platform says next one half arrives, and then a reset. */
  tearNext(): void {
    this.#tear()
  }
}
