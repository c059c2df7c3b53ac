import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'

import { t } from '../i18n/translate.js'
import { dispatch } from '../store/store.js'
import { canRecord, recordVoice, type VoiceRecording } from '../store/voice.js'
import { Icon } from './icon.js'

/** The longest voice of a QQ client, in ms. */
const LONGEST = 60_000

const refuse = (message: string, zh: string): void => dispatch({ type: 'notice', notice: { message, zh } })

/** Records a voice: one press begins, the next one ends. */
export const VoiceButton = ({ onVoice }: { onVoice: (voice: File) => void }): JSX.Element | null => {
  const running = useSignal<VoiceRecording | null>(null)
  const end = async (): Promise<void> => {
    const recording = running.peek()
    running.value = null
    if (!recording) return
    try {
      onVoice(await recording.stop())
    } catch {
      refuse('This browser cannot make a voice of the recording.', '浏览器无法把录音转成语音。')
    }
  }
  useEffect(() => {
    if (running.value === null) return undefined
    const timer = setTimeout(() => void end(), LONGEST)
    return () => clearTimeout(timer)
  }, [running.value])
  useEffect(
    () => () => {
      void running.peek()?.stop()
    },
    [running],
  )
  if (!canRecord()) return null
  const begin = async (): Promise<void> => {
    try {
      running.value = await recordVoice()
    } catch {
      refuse('The browser gives no microphone to this page.', '浏览器没有允许本页使用麦克风。')
    }
  }
  const label = t(running.value ? 'chat.endVoice' : 'chat.voice')
  return (
    <button
      type="button"
      class={running.value ? 'danger icon-only recording' : 'quiet icon-only'}
      aria-label={label}
      title={label}
      onClick={() => void (running.value ? end() : begin())}
    >
      <Icon name={running.value ? 'check' : 'voice'} />
    </button>
  )
}
