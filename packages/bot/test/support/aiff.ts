/** A tone as AIFF, a format that the platform does not take: two channels, 16 bits. */
export const aiffOf = (seconds: number, rate = 48_000): Buffer => {
  const frames = Math.round(seconds * rate)
  const sound = Buffer.alloc(frames * 4)
  for (let at = 0; at < frames; at += 1) {
    const sample = Math.round(16_000 * Math.sin((2 * Math.PI * 440 * at) / rate))
    sound.writeInt16BE(sample, at * 4)
    sound.writeInt16BE(sample, at * 4 + 2)
  }
  const common = Buffer.alloc(18)
  common.writeInt16BE(2, 0)
  common.writeUInt32BE(frames, 2)
  common.writeInt16BE(16, 6)
  // The rate as an 80 bit number.
  const exponent = Math.floor(Math.log2(rate))
  common.writeUInt16BE(16_383 + exponent, 8)
  common.writeBigUInt64BE(BigInt(rate) << BigInt(63 - exponent), 10)
  const chunk = (name: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32BE(body.length, 4)
    return Buffer.concat([head, body])
  }
  const body = Buffer.concat([
    Buffer.from('AIFF'),
    chunk('COMM', common),
    chunk('SSND', Buffer.concat([Buffer.alloc(8), sound])),
  ])
  return chunk('FORM', body)
}
