/**
 * How a button looks ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export const ButtonStyle = { Grey: 0, Blue: 1, Prompt: 2, WhiteRedText: 3, BlueWhiteText: 4 } as const
/** How a button looks. */
export type ButtonStyle = (typeof ButtonStyle)[keyof typeof ButtonStyle]

/**
 * What a button does ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export const ButtonAction = {
  /** Opens a link or mini app. */
  Link: 0,
  /** Sends `INTERACTION_CREATE`. */
  Callback: 1,
  /** Inserts `@bot data`. */
  Command: 2,
  /** Runs an mqqapi url. */
  Mqqapi: 3,
  /** Asks for a subscription. */
  Subscribe: 4,
} as const
/** What a button does. */
export type ButtonAction = (typeof ButtonAction)[keyof typeof ButtonAction]

/**
 * Who may press a button
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}). CONFLICT: one client
 * swaps 0 and 2; the docs are followed.
 */
export const ButtonPermission = { ListedUsers: 0, Admins: 1, Everyone: 2, ListedRoles: 3 } as const
/** Who may press a button. */
export type ButtonPermission = (typeof ButtonPermission)[keyof typeof ButtonPermission]

/**
 * A dialog that asks before the button acts
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export interface ButtonModal {
  /** At most 40 characters, no url. */
  readonly content: string
  /** At most 4 characters. */
  readonly confirm_text?: string
  /** At most 4 characters. */
  readonly cancel_text?: string
}

/** One button ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}). */
export interface Button {
  /** Unique in the keyboard. */
  readonly id?: string
  readonly render_data: {
    /** At most 10 characters. */
    readonly label: string
    /** The label after pressing; at most 10 characters. */
    readonly visited_label?: string
    readonly style?: ButtonStyle
  }
  readonly action: {
    readonly type: ButtonAction
    /** Payload, url or command. */
    readonly data?: string
    readonly permission?: {
      readonly type: ButtonPermission
      readonly specify_user_ids?: readonly string[]
      /** Guild only. */
      readonly specify_role_ids?: readonly string[]
    }
    /** Command buttons: quote the message. */
    readonly reply?: boolean
    /** Command buttons: send at once; C2C only. */
    readonly enter?: boolean
    /** 1 opens the image picker; C2C on mobile. */
    readonly anchor?: 1
    /** Shown by old clients. */
    readonly unsupport_tips?: string
    readonly modal?: ButtonModal
    /** With type 4. */
    readonly subscribe_data?: { readonly template_ids: readonly (string | number)[] }
    /** @deprecated by the platform */
    readonly click_limit?: number
    /** @deprecated by the platform */
    readonly at_bot_show_channel_list?: boolean
  }
  /** Callback buttons that share it grey out together. */
  readonly group_id?: string
}

/**
 * The rows of a keyboard: at most 5 of 5 buttons
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export interface KeyboardContent {
  readonly rows: readonly { readonly buttons: readonly Button[] }[]
  readonly style?: { readonly font_size?: string }
}

/**
 * A keyboard: a template by id, or its own content
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export interface Keyboard {
  readonly id?: string
  readonly content?: KeyboardContent
}
