import { tool, type ToolSet } from 'ai'
import { z } from 'zod'

/** The notes of this process. */
const notes: string[] = ['买牛奶']

/** What the agent can do beside talking. People read `title`; the model reads `description` and the schema. */
export const tools: ToolSet = {
  weather: tool({
    title: '查询天气',
    description: '查询一个城市现在的天气',
    inputSchema: z.object({ city: z.string().describe('城市名') }),
    execute: async ({ city }) => `${city}：晴，25°C`,
  }),
  // It changes something, so a person has to agree first.
  clearNotes: tool({
    title: '清空笔记',
    description: '删除所有笔记',
    inputSchema: z.object({}),
    needsApproval: true,
    execute: async () => `清空了 ${notes.splice(0).length} 条笔记`,
  }),
}
