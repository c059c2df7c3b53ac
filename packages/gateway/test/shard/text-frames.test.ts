import { createHash } from 'node:crypto'
import { Agent, type ClientRequestArgs } from 'node:http'
import { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

import * as fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'

import { wsTransport } from '../../src/index.js'

const LIMIT = 70_000

const frame = (first: number, content: Uint8Array, mask = 0): Buffer => {
  const { length } = content
  const size = length < 126 ? [length] : length < 65_536 ? [126] : [127]
  const head = Buffer.from([first, size[0]! | mask])
  const rest = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8)
  if (rest.length === 2) rest.writeUInt16BE(length)
  if (rest.length === 8) rest.writeBigUInt64BE(BigInt(length))
  return Buffer.concat([head, rest, content])
}

const content = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom('a', '"', '天', 'é', '😀'), maxLength: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 30, max: 300 }).map((count) => '{"天气":1}'.repeat(count)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\uFFFD', 'a\uFFFDb', '\uFEFFa', 'x'.repeat(65_535), 'x'.repeat(65_536)),
  },
)
const bytes = content.map((text) => Buffer.from(text))
/** Bytes that are no text, beside some that are. */
const odd = fc.oneof(bytes, fc.uint8Array({ maxLength: 8 }), fc.constant(Buffer.from([0xed, 0xa0, 0x80])))
const short = fc.uint8Array({ maxLength: 20 })

const texts = bytes.map((one) => frame(0x81, one))
const signs = fc.tuple(fc.constantFrom(0x89, 0x8a), short).map(([first, one]) => frame(first, one))
/** What the platform does not send, allowed or not. */
const others = fc.oneof(
  odd.map((one) => frame(0x81, one)),
  odd.map((one) => frame(0x82, one)),
  fc.tuple(bytes, signs, bytes).map(([a, sign, b]) => Buffer.concat([frame(0x01, a), sign, frame(0x80, b)])),
  fc.tuple(fc.nat(255), odd).map(([first, one]) => frame(first, one)),
  fc.constantFrom(
    frame(0x88, Buffer.from([0x0f, 0xa9, 0x62])),
    frame(0x88, Buffer.from([])),
    frame(0x81, Buffer.from('x'.repeat(LIMIT + 1))),
    frame(0x81, Buffer.from('12345'), 0x80),
    frame(0x89, Buffer.alloc(126)),
    Buffer.from([0x81, 127, 0, 0x20, 0, 0, 0, 0, 0, 0]),
  ),
)
const stream = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: texts },
      { weight: 3, arbitrary: signs },
      { weight: 1, arbitrary: others },
    ),
    { maxLength: 25 },
  )
  .map((frames) => Buffer.concat(frames))
/** How many bytes come with each read, in turn. */
const reads = fc.array(fc.oneof(...[12, 3000, 100_000].map((max) => fc.integer({ min: 1, max }))), {
  minLength: 1,
})

/** A connection in memory, whose reads are chosen. */
class Wire extends Duplex {
  readonly written: number[] = []
  #greeted = false

  /** @param isPlain whether everything that comes goes to `ws` */
  constructor(isPlain: boolean) {
    super()
    const emit = this.emit.bind(this)
    if (isPlain) Object.defineProperty(this, 'emit', { get: () => emit, set: () => {} })
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.#greeted) this.written.push(chunk.length)
    else this.#greet(chunk.toString())
    done()
  }

  #greet(request: string): void {
    this.#greeted = true
    const [, key = ''] = /sec-websocket-key: (\S+)/i.exec(request) ?? []
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    this.push(
      `HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
  }
}

class WireAgent extends Agent {
  readonly #wire: Wire

  constructor(wire: Wire) {
    super()
    this.#wire = wire
  }

  override createConnection(_options: ClientRequestArgs): never {
    return this.#wire as never
  }
}

interface Course {
  readonly stream: Buffer
  readonly reads: readonly number[]
  readonly maxPayload: number
  /** The connection ends after the bytes. */
  readonly ends: boolean
  /** The message with which the client closes or ends the connection. */
  readonly leaves: { readonly at: number; readonly how: 'close' | 'terminate' } | null
}

/** What a consumer sees of a connection, and the lengths of what was written to it. */
const courseOf = async (
  { stream, reads, maxPayload, ends, leaves }: Course,
  isPlain: boolean,
): Promise<unknown[]> => {
  const wire = new Wire(isPlain)
  const log: unknown[] = []
  let heard = 0
  const opened = new Promise<void>((resolve) => {
    const socket = wsTransport({ agent: new WireAgent(wire) }).open(
      'ws://wire.invalid',
      {
        onOpen: () => {
          log.push('open')
          resolve()
        },
        onMessage: (data) => {
          log.push(typeof data === 'string' ? data : [...data])
          if (leaves && heard === leaves.at) {
            if (leaves.how === 'close') socket.close(4000, 'bye')
            else socket.terminate()
          }
          heard += 1
        },
        onActivity: () => log.push('activity'),
        onClose: ({ code, reason, error }) => log.push({ code, reason, error: error?.message }),
      },
      { maxPayload },
    )
  })
  await opened
  for (let at = 0, count = 0; at < stream.length && !wire.destroyed; count += 1) {
    // A long stream in reads of few bytes would take long.
    const size = Math.max(reads[count % reads.length]!, stream.length >> 9)
    wire.push(stream.subarray(at, at + size))
    at += size
    await setImmediate()
  }
  if (ends) wire.push(null)
  await setImmediate()
  wire.destroy()
  await setImmediate()
  return [...log, wire.written]
}

it('GW-37 property: a connection is read as ws alone would read it, however its bytes are cut and whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        stream,
        reads,
        maxPayload: fc.constantFrom(40, LIMIT),
        ends: fc.boolean(),
        leaves: fc.option(
          fc.record({ at: fc.nat(8), how: fc.constantFrom('close' as const, 'terminate' as const) }),
        ),
      }),
      async (course) => {
        expect(await courseOf(course, false)).toEqual(await courseOf(course, true))
      },
    ),
    { numRuns: 200 },
  )
})

/** Opens a connection, and notes the texts, and what goes through `ws`. */
const opened = async (): Promise<{ wire: Wire; texts: unknown[]; toLibrary: Buffer[] }> => {
  const wire = new Wire(false)
  const texts: unknown[] = []
  const toLibrary: Buffer[] = []
  await new Promise<void>((resolve) => {
    wsTransport({ agent: new WireAgent(wire) }).open(
      'ws://wire.invalid',
      { onOpen: resolve, onMessage: (data) => texts.push(data), onActivity: () => {}, onClose: () => {} },
      { maxPayload: LIMIT },
    )
  })
  wire.on('data', (part: Buffer) => toLibrary.push(part))
  onTestFinished(() => void wire.destroy())
  return { wire, texts, toLibrary }
}

it('GW-37 what a closed socket still holds is read once', async () => {
  const { wire, texts } = await opened()
  // So much at once that `ws` pauses the socket.
  wire.push(frame(0x81, Buffer.from('x'.repeat(66_000))))
  wire.push(frame(0x81, Buffer.from('{}')))
  wire.destroy()
  await setImmediate()
  expect(texts).toEqual(['x'.repeat(66_000), '{}'])
})

it('GW-37 texts that come whole do not go through ws', async () => {
  const { wire, texts, toLibrary } = await opened()
  const ping = frame(0x89, Buffer.from('?'))
  const long = '天'.repeat(300)
  wire.push(Buffer.concat([frame(0x81, Buffer.from(long)), ping, frame(0x81, Buffer.from('{}'))]))
  await setImmediate()
  expect(texts).toEqual([long, '{}'])
  expect(toLibrary).toEqual([ping])
})

it.each([10, 300, 66_000])(
  'GW-37 a frame of %i bytes that is cut anywhere goes through ws, and none after it',
  async (size) => {
    const text = 'x'.repeat(size)
    const cutFrame = frame(0x81, Buffer.from(text))
    for (const at of [1, 2, 3, 4, 5, 9, 10, 11, cutFrame.length - 1]) {
      const { wire, texts, toLibrary } = await opened()
      for (const part of [
        cutFrame.subarray(0, at),
        Buffer.concat([cutFrame.subarray(at), frame(0x81, Buffer.from('[]'))]),
      ]) {
        wire.push(part)
        await setImmediate()
      }
      expect(texts).toEqual([text, '[]'])
      expect(Buffer.concat(toLibrary).equals(cutFrame)).toBe(true)
    }
  },
)
