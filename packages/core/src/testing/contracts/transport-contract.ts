import assert from 'node:assert/strict'

import type { Socket, SocketClose, SocketEvents, Transport } from '../../contracts/transport.js'
import type { ContractCase } from './contract.js'

/** A transport under test, with a server that sends one text message on every connection. */
export interface TransportSubject {
  readonly transport: Transport
  /** The address of the server. */
  readonly url: string
  /** An address without a server. */
  readonly deadUrl: string
  /** The server closes its connections. */
  readonly remoteClose: (code: number, reason: string) => void
  /** The server's connections break without a close frame. */
  readonly remoteBreak: () => void
  /** The texts that the server has received. */
  readonly received: () => readonly string[]
  /** How many connections the server has. */
  readonly connections: () => number
  /** Waits a moment. */
  readonly pass: () => Promise<void>
  readonly dispose: () => Promise<void>
}

const PATIENCE = 500
const LARGE = 1_048_576

/** One connection and its recorded events. */
class SocketRecorder implements SocketEvents {
  readonly log: string[] = []
  readonly messages: (string | Uint8Array)[] = []
  readonly closes: SocketClose[] = []
  readonly socket: Socket
  readonly #subject: TransportSubject

  constructor(subject: TransportSubject, url: string = subject.url, maxPayload = LARGE) {
    this.#subject = subject
    this.socket = subject.transport.open(url, this, { maxPayload })
    assert.deepEqual(this.log, [], 'an event came before open() returned')
  }

  onOpen(): void {
    this.log.push('open')
  }

  onMessage(data: string | Uint8Array): void {
    this.log.push('message')
    this.messages.push(data)
  }

  onActivity(): void {}

  onClose(close: SocketClose): void {
    this.log.push('close')
    this.closes.push(close)
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    for (let turn = 0; turn < PATIENCE && !holds(); turn += 1) await this.#subject.pass()
    assert.ok(holds(), what)
  }

  greeted(): Promise<void> {
    return this.until(() => this.messages.length > 0, 'no message came')
  }

  closed(): Promise<void> {
    return this.until(() => this.closes.length > 0, 'onClose was not called')
  }
}

const cases: Readonly<Record<string, (subject: TransportSubject) => Promise<void>>> = {
  'calls onOpen, then onMessage with complete text messages as strings': async (subject) => {
    const recorder = new SocketRecorder(subject)
    await recorder.greeted()
    assert.deepEqual(recorder.log, ['open', 'message'])
    assert.equal(typeof recorder.messages[0], 'string')
  },
  'sends text': async (subject) => {
    const recorder = new SocketRecorder(subject)
    await recorder.greeted()
    recorder.socket.send('{"op":1,"d":null}')
    await recorder.until(() => subject.received().includes('{"op":1,"d":null}'), 'the server got nothing')
  },
  'GW-13 reports code and reason of a close by the server once, and no event after it': async (subject) => {
    const recorder = new SocketRecorder(subject)
    await recorder.greeted()
    subject.remoteClose(4009, 'Session timed out')
    await recorder.closed()
    assert.deepEqual(recorder.closes, [{ code: 4009, reason: 'Session timed out' }])
    recorder.socket.send('{}')
    recorder.socket.close(1000, '')
    recorder.socket.terminate()
    for (let turn = 0; turn < 5; turn += 1) await subject.pass()
    assert.deepEqual(recorder.log, ['open', 'message', 'close'])
  },
  'GW-13 reports 1006 when the connection breaks': async (subject) => {
    const recorder = new SocketRecorder(subject)
    await recorder.greeted()
    subject.remoteBreak()
    await recorder.closed()
    assert.equal(recorder.closes[0]?.code, 1006)
  },
  'reports 1006 and the error, and never calls onOpen, when there is no server': async (subject) => {
    const recorder = new SocketRecorder(subject, subject.deadUrl)
    await recorder.closed()
    assert.deepEqual(recorder.log, ['close'])
    assert.equal(recorder.closes[0]?.code, 1006)
    assert.ok(recorder.closes[0]?.error instanceof Error)
  },
  'closes with the closing handshake': async (subject) => {
    const recorder = new SocketRecorder(subject)
    await recorder.greeted()
    recorder.socket.close(4000, 'bye')
    await recorder.closed()
    assert.equal(recorder.closes[0]?.code, 4000)
    await recorder.until(() => subject.connections() === 0, 'the server still has the connection')
  },
  'GW-04 terminates without waiting for the other side': async (subject) => {
    const recorder = new SocketRecorder(subject)
    await recorder.greeted()
    recorder.socket.terminate()
    await recorder.closed()
    assert.equal(recorder.closes.length, 1)
    assert.equal(recorder.closes[0]?.code, 1006)
    await recorder.until(() => subject.connections() === 0, 'the server still has the connection')
  },
  'can be terminated while it is opening': async (subject) => {
    const recorder = new SocketRecorder(subject)
    recorder.socket.terminate()
    await recorder.closed()
    assert.ok(!recorder.log.includes('message'))
    assert.equal(recorder.closes.length, 1)
  },
  'GW-23 ends the connection when a message exceeds maxPayload': async (subject) => {
    const recorder = new SocketRecorder(subject, subject.url, 10)
    await recorder.closed()
    assert.deepEqual(recorder.messages, [])
  },
}

/** The contract suite of {@link Transport}. */
export const transportContract = (make: () => Promise<TransportSubject>): readonly ContractCase[] =>
  Object.entries(cases).map(([name, test]) => ({
    name,
    run: async () => {
      const subject = await make()
      try {
        await test(subject)
      } finally {
        await subject.dispose()
      }
    },
  }))
