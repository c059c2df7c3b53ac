/** Voice of people: 16 kHz, one channel, 16 bits, as WAV; browsers cannot make SILK. */
const RATE = 16_000
const HEAD = 44
/** Time between two pieces of a recording, in ms. */
const SLICE = 200

/** A recording that is running. */
export interface VoiceRecording {
  /** Ends it, and resolves to the voice as a file. */
  stop(): Promise<File>
}

/** Samples between -1 and 1 as a WAV file. */
const wavOf = (samples: Float32Array): ArrayBuffer => {
  const view = new DataView(new ArrayBuffer(HEAD + samples.length * 2))
  const put = (at: number, text: string): void => {
    new Uint8Array(view.buffer).set(new TextEncoder().encode(text), at)
  }
  put(0, 'RIFF')
  view.setUint32(4, view.byteLength - 8, true)
  put(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, RATE, true)
  view.setUint32(28, RATE * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  put(36, 'data')
  view.setUint32(40, samples.length * 2, true)
  for (const [index, sample] of samples.entries())
    view.setInt16(HEAD + index * 2, Math.max(-1, Math.min(1, sample)) * 0x7f_ff, true)
  return view.buffer
}

/** Whether the browser gives the page a microphone: only on this machine or over HTTPS. */
export const canRecord = (): boolean => 'mediaDevices' in navigator && 'MediaRecorder' in window

/**
 * Begins to record.
 *
 * @throws DOMException when the person or the browser refuses the microphone
 */
export const recordVoice = async (): Promise<VoiceRecording> => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const chunks: Blob[] = []
  const recorder = new MediaRecorder(stream)
  const begun = new Promise<void>((resolve) => {
    recorder.addEventListener('dataavailable', ({ data }) => {
      chunks.push(data)
      resolve()
    })
  })
  const ended = new Promise<void>((resolve) => {
    recorder.addEventListener('stop', () => resolve(), { once: true })
  })
  recorder.start(SLICE)
  // What ends before the first sound cannot be decoded.
  await begun
  return {
    stop: async () => {
      if (recorder.state !== 'inactive') recorder.stop()
      await ended
      for (const track of stream.getTracks()) track.stop()
      const bytes = await new Blob(chunks).arrayBuffer()
      // Decoding brings it to the rate of the context.
      const audio = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(bytes)
      return new File([wavOf(audio.getChannelData(0))], 'voice.wav', { type: 'audio/wav' })
    },
  }
}
