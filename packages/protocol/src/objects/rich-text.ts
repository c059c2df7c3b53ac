/**
 * Kinds of rich text elements; often missing, then infer it from the field that is there
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export const RichTextType = { Text: 1, Image: 2, Video: 3, Url: 4 } as const
/** A kind of rich text element. */
export type RichTextType = (typeof RichTextType)[keyof typeof RichTextType]

/**
 * One element of a paragraph ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export interface ForumRichTextElement {
  readonly type?: RichTextType
  readonly text?: { readonly text: string; readonly props?: unknown }
  readonly image?: {
    readonly plat_image?: unknown
    readonly third_url?: string
    readonly width_percent?: number
  }
  readonly video?: unknown
  readonly url?: { readonly url: string; readonly desc?: string }
}

/**
 * The body of a forum thread ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}).
 */
export interface ForumRichText {
  readonly paragraphs: readonly {
    readonly elems?: readonly ForumRichTextElement[]
    readonly props?: { readonly alignment?: number }
  }[]
}

/**
 * A title or content of the forum. CONFLICT
 * {@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/04-events.md#4-10 §4.10}: plain text or a JSON string
 * of {@link ForumRichText} according to the model and SDKs, an array of objects in the docs' event examples.
 */
export type ForumText = string | readonly unknown[]
