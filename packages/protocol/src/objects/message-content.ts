/**
 * One `key` of an ark template
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export interface ArkKv {
  readonly key: string
  readonly value?: string
  readonly obj?: readonly { readonly obj_kv: readonly { readonly key: string; readonly value: string }[] }[]
}

/**
 * An ark card to send; templates 23, 24 and 37 are open
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export interface Ark {
  readonly template_id: number
  readonly kv: readonly ArkKv[]
}

/**
 * An embed; guild scenes only
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export interface Embed {
  readonly title?: string
  readonly prompt?: string
  readonly thumbnail?: { readonly url: string }
  readonly fields?: readonly { readonly name: string }[]
}

/**
 * A quoted message. Guild: its id. C2C and group: a `REFIDX_…` index; one docs example shows an id, CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-2 §5.2}.
 */
export interface MessageReference {
  readonly message_id: string
  /** Guild only: send even when the quoted message cannot be fetched. */
  readonly ignore_get_message_error?: boolean
}

/**
 * Markdown to send: native `content` or a template, never both
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}).
 */
export interface Markdown {
  /** Images: `![text #208px #320px](url)`. */
  readonly content?: string
  /** @deprecated by the platform */
  readonly template_id?: number
  /** @deprecated by the platform */
  readonly custom_template_id?: string
  readonly params?: readonly { readonly key: string; readonly values: readonly string[] }[]
  /** Fail the send when an image cannot be transferred (2026-08-10). */
  readonly force_verify_image_resource?: boolean
  readonly style?: {
    readonly main_font_size?: 'small' | 'middle' | 'large'
    readonly layout?: 'hide_avatar_and_center' | (string & {})
  }
  readonly process_msg?: unknown
}

/**
 * Uploaded media to send in the scene it was uploaded for
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-5 §5.5}).
 */
export interface MediaReference {
  readonly file_info: string
}
