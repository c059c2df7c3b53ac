/**
 * Limits of keyboards ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 * Lengths in characters.
 */
export const keyboardLimits = {
  rows: 5,
  buttonsPerRow: 5,
  labelLength: 10,
  modalContentLength: 40,
  modalConfirmLength: 4,
  modalCancelLength: 4,
} as const

/**
 * Limits of other message fields
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-12 §5.12}).
 */
export const messageLimits = {
  /** Seconds of an input notification. */
  inputSeconds: 60,
  /** Characters of an action button's callback data. */
  actionCallbackLength: 128,
  /** Characters of a `<qqbot-cmd-enter>` or `<qqbot-cmd-input>` text. */
  commandTextLength: 100,
} as const

/**
 * The time between two chunks of a stream in milliseconds. Taken from a client; the docs have no number
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4 §5.4}).
 */
export const streamSpacing = { defaultMs: 500, minMs: 300 } as const

/**
 * The lifetime of a streamed message in milliseconds
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-4-1 §5.4.1}). The platform ends
 * it after `platformMs`; a client should end it after `closeAfterMs`, and send no text after `lastTextMs`.
 */
export const streamLife = { platformMs: 600_000, closeAfterMs: 480_000, lastTextMs: 590_000 } as const

/**
 * Limits of the menu, panels and share links
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-9 §5.9}). Lengths in
 * characters; in menu names a Chinese one counts 2.
 */
export const menuLimits = {
  items: 10,
  nameLength: 10,
  subItems: 5,
  subNameLength: 14,
  panels: 20,
  panelPage: 50,
  panelItems: 20,
  panelNameLength: 14,
  panelDescLength: 30,
  panelRemarkLength: 255,
  panelTargetsPerCall: 20,
  panelGroups: 1000,
  shareCallbackLength: 32,
} as const

/**
 * Limits of group management, from the pages of the docs
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-8 §5.8}).
 */
export const groupLimits = {
  memberPage: 30,
  oldMemberPage: 500,
  removePerCall: 20,
  blacklistPerCall: 20,
  blacklistPage: 100,
  joinRequestPage: 50,
  mutePerCall: 20,
  muteDays: 30,
  strategies: 20,
  strategyPage: 50,
  strategyGroups: 100,
  strategyRemarkLength: 255,
  /** Users that one call adds to the list of a strategy, or removes. */
  strategyWhitelistPerCall: 10_000,
  /** Users on the list of a strategy. */
  strategyWhitelist: 100_000,
} as const

/**
 * Limits of guild calls ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-1 §5.1},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-10 §5.10},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-11 §5.11}).
 */
export const guildLimits = {
  guildPage: 100,
  memberPage: 400,
  messagePage: 20,
  reactionPage: 50,
  pinsPerChannel: 20,
  recommendChannels: 3,
  /** The highest ARGB colour of a role. */
  roleColor: 0xff_ff_ff_ff,
  /**
   * Days that a schedule may last (302014,
   * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/02-rest-conventions.md#2-8 §2.8}).
   */
  scheduleDays: 7,
} as const

/**
 * Limits of the console
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/01-credentials-and-token.md#1-6 §1.6},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/06-replies-and-quotas.md#6-5 §6.5},
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/07-webhook.md#7-1 §7.1}).
 */
export const consoleLimits = {
  /** Single IPv4 addresses on the allow list; an empty list allows everything. */
  ipAddresses: 50,
  /** Registered domains that messages may contain; each needs an ICP filing. */
  urlDomains: 20,
  webhookAddresses: 10,
  /** Groups of a bot certified by a person. */
  personalGroups: 500,
  testUsers: 20,
  sandboxMembers: 20,
} as const
