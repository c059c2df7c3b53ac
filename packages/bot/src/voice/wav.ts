/** Decoded sound: samples from -1 to 1 for each channel. */
export interface Sound {
  readonly channelData: readonly Float32Array[]
  /** Samples per second. */
  readonly sampleRate: number
}

/** Samples per second of a voice message: what the clients of the platform record. */
const RATE = 24_000

/** The channels as one. */
const mono = ([first = new Float32Array(), ...others]: readonly Float32Array[]): Float32Array => {
  if (others.length === 0) return first
  return first.map(
    (sample, at) => others.reduce((sum, channel) => sum + (channel[at] ?? 0), sample) / (others.length + 1),
  )
}

/** Fewer samples, each the mean of those that it stands for; more are never made. */
const slower = (samples: Float32Array, from: number, to: number): Float32Array => {
  const step = from / to
  if (step <= 1) return samples
  const length = Math.floor(samples.length / step)
  return Float32Array.from({ length }, (_, index) => {
    const begin = Math.floor(index * step)
    const end = Math.max(begin + 1, Math.floor((index + 1) * step))
    let sum = 0
    for (let at = begin; at < end; at += 1) sum += samples[at] ?? 0
    return sum / (end - begin)
  })
}

const HEADER = 44
const BYTES = 2

/** Sound as a WAV file: one channel, 16 bits. */
export const wavOf = ({ channelData, sampleRate }: Sound): Uint8Array => {
  const rate = Math.min(RATE, Math.round(sampleRate))
  const samples = slower(mono(channelData), sampleRate, rate)
  const size = samples.length * BYTES
  const bytes = Buffer.alloc(HEADER + size)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(HEADER - 8 + size, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  // PCM, one channel.
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * BYTES, 28)
  bytes.writeUInt16LE(BYTES, 32)
  bytes.writeUInt16LE(8 * BYTES, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(size, 40)
  for (const [index, sample] of samples.entries())
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample || 0)) * 0x7f_ff), HEADER + index * BYTES)
  return bytes
}
