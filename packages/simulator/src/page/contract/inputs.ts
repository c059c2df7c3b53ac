/** What the page sends to the simulator, as JSON by POST, and how that is refused. */
import type { PageFaultTimes, PageScene } from './wire.js'

/** An attachment of a person's message (§4.2), as an upload to the page returns it. */
export interface PageAttachment {
  readonly url: string
  readonly content_type: string
  readonly filename?: string | undefined
  readonly size?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly voice_wav_url?: string | undefined
}

/** Something that happens between people and the bot in a conversation. */
export const pageActs = [
  'member-join',
  'member-leave',
  'invite-bot',
  'remove-bot',
  'befriend',
  'unfriend',
  'allow',
  'refuse',
  'hear-all',
  'hear-mentions',
] as const

export type PageAct = (typeof pageActs)[number]

/** Bodies of the POST inputs, by the last part of their path under `/_sim/`. Messages and rooms are named by their ids. */
export interface PageInputs {
  readonly say: {
    readonly room: string
    readonly person: string
    readonly text: string
    /** Groups and channels: whether the bot is mentioned. */
    readonly at: boolean
    /** Id of a quoted message. */
    readonly quote: string | null
    readonly files: readonly PageAttachment[]
  }
  readonly press: { readonly message: string; readonly button: string; readonly person: string }
  readonly recall: { readonly message: string; readonly person: string }
  readonly react: {
    readonly message: string
    readonly person: string
    readonly emoji: string
    /** `false` takes it back. */
    readonly on: boolean
  }
  readonly act: { readonly room: string; readonly person: string; readonly what: PageAct }
  /** Chooses an item of the bot's menu. */
  readonly choose: { readonly room: string; readonly person: string; readonly item: string }
  readonly rooms: {
    readonly bot: string
    readonly scene: PageScene
    readonly room: string
    readonly person: string
  }
  readonly faults: {
    readonly kind: string
    readonly times: PageFaultTimes
    readonly target: string
    readonly values: Readonly<Record<string, string>>
  }
  readonly clear: { readonly id: string }
  /** Plays an incident by its name, or a scenario as JSON. */
  readonly play: { readonly scenario: string }
  readonly playback: { readonly id: number; readonly to: 'pause' | 'resume' | 'stop' }
  /** Moves a manual clock. */
  readonly clock: { readonly ms: number }
  /** Without a value the switch returns to its initial position; without a name all do. */
  readonly live: { readonly name: string | null; readonly value: string | null }
}

/** A refusal of an input, in both languages. */
export interface PageRefusal {
  readonly message: string
  readonly zh: string
}
