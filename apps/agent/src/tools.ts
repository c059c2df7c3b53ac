/** What the agent can do beside talking. */
export interface Tool {
  /** What people see while it runs. */
  readonly title: string
  /** Whether a person has to agree first. */
  readonly needsApproval: boolean
  readonly run: (input: string, signal: AbortSignal) => Promise<string>
}

/** The notes of this process: a tool may change things, so it asks first. */
const notes: string[] = ['买牛奶']

export const tools: Readonly<Record<string, Tool>> = {
  weather: {
    title: '查询天气',
    needsApproval: false,
    run: async (city) => `${city}：晴，25°C`,
  },
  clearNotes: {
    title: '清空笔记',
    needsApproval: true,
    run: async () => `清空了 ${notes.splice(0).length} 条笔记`,
  },
}
