/**
 * A piece of what a language model streams, as its libraries give it: `fullStream` of `ai` (`textStream` yields texts), chat completions and responses of
 * `openai`, messages of LangChain (alone, with metadata, or in events), and messages of Anthropic. Only the fields that tell them apart.
 */
export type ModelPiece =
  | { readonly type: string }
  | { readonly choices: readonly object[] }
  | { readonly content: unknown }
  | { readonly event: string; readonly data: unknown }
  | readonly [message: { readonly content: unknown }, metadata: unknown]

/** What a piece says. */
export type PieceMeaning =
  | { readonly kind: 'text'; readonly text: string }
  /** The model calls a tool. */
  | { readonly kind: 'tool'; readonly name: string }
  | { readonly kind: 'error'; readonly error: unknown }
  /** Token counts, reasoning, results of tools, and the like. */
  | { readonly kind: 'other' }

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const OTHER: PieceMeaning = { kind: 'other' }

const text = (value: unknown): PieceMeaning =>
  typeof value === 'string' ? { kind: 'text', text: value } : OTHER

const tool = (name: unknown): PieceMeaning =>
  typeof name === 'string' && name !== '' ? { kind: 'tool', name } : OTHER

const failure = (value: unknown): PieceMeaning => {
  if (value instanceof Error) return { kind: 'error', error: value }
  const message = isObject(value) && typeof value.message === 'string' ? value.message : JSON.stringify(value)
  return { kind: 'error', error: new Error(`the model failed: ${message}`, { cause: value }) }
}

const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {})

const firstOf = (value: unknown): Fields => fieldsOf(Array.isArray(value) ? value[0] : undefined)

/** By `type`: parts of `ai`, events of `openai` and of Anthropic. */
const TYPES: Readonly<Record<string, (piece: Fields) => PieceMeaning>> = {
  'text-delta': (piece) => text(piece.text ?? piece.textDelta ?? piece.delta),
  'tool-call': (piece) => tool(piece.toolName),
  error: (piece) => failure(piece.error ?? piece),
  'response.output_text.delta': (piece) => text(piece.delta),
  'response.refusal.delta': (piece) => text(piece.delta),
  'response.output_item.added': ({ item }) =>
    fieldsOf(item).type === 'function_call' ? tool(fieldsOf(item).name) : OTHER,
  'response.failed': ({ response }) => failure(fieldsOf(response).error),
  content_block_delta: ({ delta }) => text(fieldsOf(delta).text),
  content_block_start: ({ content_block: block }) => tool(fieldsOf(block).name),
}

/** Types of the messages that a model writes; others are of people and tools. */
const OF_MODEL: ReadonlySet<unknown> = new Set([undefined, 'ai', 'AIMessageChunk', 'assistant'])

/** Content of a message: text, or blocks of it. */
const contentOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : (Array.isArray(content) ? content : [])
        .map((block) => {
          const { type, text: of } = fieldsOf(block)
          return type === 'text' && typeof of === 'string' ? of : ''
        })
        .join('')

/** LangChain 0.x tells the type by a method. */
const typeOf = (message: Fields): unknown =>
  typeof message.type === 'string' || typeof message.getType !== 'function' ? message.type : message.getType()

const ofMessage = (message: Fields): PieceMeaning => {
  if (!OF_MODEL.has(typeOf(message))) return OTHER
  const { name } = firstOf(message.tool_call_chunks)
  return typeof name === 'string' && name !== '' ? tool(name) : text(contentOf(message.content))
}

const ofCompletion = (choices: readonly unknown[]): PieceMeaning => {
  const delta = fieldsOf(firstOf(choices).delta)
  const called = fieldsOf(firstOf(delta.tool_calls).function)
  return called.name === undefined ? text(delta.content ?? delta.refusal) : tool(called.name)
}

const ofEvent = (event: string, data: Fields, name: unknown): PieceMeaning => {
  if (event === 'on_tool_start') return tool(name)
  return event === 'on_chat_model_stream' || event === 'on_llm_stream'
    ? ofMessage(fieldsOf(data.chunk))
    : OTHER
}

/** Reads a piece of a model; `null` for anything else. */
export const readPiece = (piece: unknown): PieceMeaning | null => {
  if (Array.isArray(piece)) return isObject(piece[0]) && 'content' in piece[0] ? ofMessage(piece[0]) : null
  if (!isObject(piece)) return null
  if (typeof piece.event === 'string' && 'data' in piece)
    return ofEvent(piece.event, fieldsOf(piece.data), piece.name)
  if (Array.isArray(piece.choices)) return ofCompletion(piece.choices)
  if (typeof piece.content === 'string' || Array.isArray(piece.content)) return ofMessage(piece)
  if (typeof piece.type !== 'string') return null
  const read = Object.hasOwn(TYPES, piece.type) ? TYPES[piece.type] : undefined
  return read ? read(piece) : OTHER
}
