import process from 'node:process'

/** What the demonstration prints, in both languages. */
const TEXTS = {
  en: {
    stopped: 'Stopped.',
    connecting: 'Connecting to QQ. Ctrl-C stops.',
    noCredentials: 'No QQ_APP_ID and QQ_APP_SECRET: here is a QQ platform on this machine, with a bot.',
    open: (url: string) => `Open ${url} in a browser to talk to it. Ctrl-C stops.`,
    nowYou: (url: string) => `Now you: ${url}`,
    late: ' (too late for a reply: sent as a proactive message)',
    otherPort: 'Set QQ_SIMULATOR_PORT to another port, or leave it out for any free one.',
  },
  zh: {
    stopped: '已停止。',
    connecting: '正在连接 QQ，按 Ctrl-C 停止。',
    noCredentials: '没有设置 QQ_APP_ID 和 QQ_APP_SECRET：已在本机启动模拟的 QQ 平台和一个机器人。',
    open: (url: string) => `请在浏览器中打开 ${url} 与它对话，按 Ctrl-C 停止。`,
    nowYou: (url: string) => `轮到你了：${url}`,
    late: '（已超过回复时限，改为主动消息发送）',
    otherPort: '请将 QQ_SIMULATOR_PORT 设为其他端口，或去掉它以使用任意空闲端口。',
  },
} as const satisfies Record<string, Readonly<Record<string, string | ((url: string) => string)>>>

/** The texts in the language of the person at the terminal. */
export const textsFor = (env: NodeJS.ProcessEnv = process.env): (typeof TEXTS)['en' | 'zh'] =>
  /^zh/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ? TEXTS.zh : TEXTS.en
