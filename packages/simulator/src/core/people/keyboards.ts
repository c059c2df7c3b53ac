type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A button of a message, as far as presses need it (§5.3). */
export interface Button {
  readonly id: string
  readonly label: string
  readonly data: string
  /** 0 link, 1 callback, 2 command, 3 mqqapi, 4 subscribe. */
  readonly action: number
}

const buttonOf = (value: unknown): Button | null => {
  if (!isRecord(value)) return null
  const render = isRecord(value['render_data']) ? value['render_data'] : {}
  const action = isRecord(value['action']) ? value['action'] : {}
  return {
    id: textOf(value['id']),
    label: textOf(render['label']),
    data: textOf(action['data']),
    action: Number(action['type'] ?? 0),
  }
}

/** The buttons of a message that the bot sent, row by row. */
export const buttonsOf = (payload: unknown): readonly Button[] => {
  if (!isRecord(payload)) return []
  const prompt = isRecord(payload['prompt_keyboard']) ? payload['prompt_keyboard']['keyboard'] : undefined
  return [payload['keyboard'], prompt].flatMap((keyboard) => {
    const content = isRecord(keyboard) && isRecord(keyboard['content']) ? keyboard['content'] : {}
    return listOf(content['rows']).flatMap((row) =>
      (isRecord(row) ? listOf(row['buttons']) : []).flatMap((button) => buttonOf(button) ?? []),
    )
  })
}
