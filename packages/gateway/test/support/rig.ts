import type { CloseOptions, LogRecord, WireFrame } from '@qqkit/core'
import { ManualClock } from '@qqkit/core/testing'

import { Gateway, type Gap, type GatewayOptions, type ShardStatus } from '../../src/index.js'
import { ScriptedAccess } from './scripted-access.js'
import { ScriptedTransport, type ScriptedSocket } from './scripted-transport.js'

export type RigOptions = Partial<Omit<GatewayOptions, 'clock'>> & { readonly clock?: ManualClock }

/** A gateway on a clock that stands still, with a server and an access played by the test. */
export class Rig {
  readonly clock: ManualClock
  readonly transport: ScriptedTransport = new ScriptedTransport()
  readonly access: ScriptedAccess = new ScriptedAccess()
  readonly records: LogRecord[] = []
  readonly gaps: Gap[] = []
  readonly seqs: (number | null | undefined)[] = []
  readonly gateway: Gateway
  /** How `run()` ended; `undefined` while it runs. */
  outcome: 'closed' | Error | undefined

  constructor({ clock = new ManualClock(), ...options }: RigOptions = {}) {
    this.clock = clock
    this.gateway = new Gateway({
      access: this.access,
      transport: this.transport,
      intents: 1 << 25,
      clock,
      random: () => 0.5,
      policy: { jitter: 0 },
      log: (record) => this.records.push(record),
      ...options,
    })
    this.gateway.on('gap', (gap) => this.gaps.push(gap))
    this.gateway.on('dispatch', (event) => {
      const frame = event as WireFrame
      if (frame.t === 'C2C_MESSAGE_CREATE') this.seqs.push(frame.s)
    })
  }

  get socket(): ScriptedSocket {
    return this.transport.last
  }

  get shard(): ShardStatus {
    const [shard] = this.gateway.status().shards
    if (!shard) throw new Error('no shard')
    return shard
  }

  /** Starts it, up to the socket's being opened. */
  async start(): Promise<this> {
    this.gateway.run().then(
      () => (this.outcome = 'closed'),
      (error: Error) => (this.outcome = error),
    )
    await this.clock.settle()
    return this
  }

  /** Starts it, up to READY. */
  async ready(session = 'session-1'): Promise<this> {
    await this.start()
    await this.identified()
    this.socket.serverIsReady(session)
    return this
  }

  /** HELLO on the newest socket, and a turn to identify. */
  async identified(): Promise<this> {
    this.socket.serverGreets()
    await this.clock.settle()
    return this
  }

  /** Lets time pass until the next socket is opened. */
  async nextSocket(): Promise<void> {
    const before = this.transport.sockets.length
    while (this.transport.sockets.length === before) {
      if (!(await this.clock.step())) throw new Error('nothing will happen any more')
    }
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  /** Closes the gateway, with a server that answers the close frame. */
  async close(options: CloseOptions = {}): Promise<void> {
    const closing = this.gateway.close(options)
    // The store gets its moment before the socket is closed, and after it.
    await this.clock.advance(100)
    if (this.transport.sockets.at(-1)?.live) this.socket.serverCloses(this.socket.closes.at(-1)?.code)
    await this.clock.advance(100)
    await closing
    await this.clock.settle()
  }
}
