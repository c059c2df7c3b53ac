/** A bot on QQ. */
export interface QqSettings {
  readonly mode: 'qq'
  readonly appId: string
  readonly secret: string
  /** `'production'` when left out. */
  readonly baseUrl?: string
  /** The folder of what outlives a restart; `'data'` when left out. */
  readonly data?: string
}

/** A demonstration on this machine. */
export interface DemoSettings {
  readonly mode: 'demo'
  /** Port of the page; 0 for any free one. */
  readonly port: number
}

const readPort = (value: string): number => {
  const port = Number(value)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new Error(`QQ_SIMULATOR_PORT is ${JSON.stringify(value)}; give a port from 0 (any free one) to 65535`)
}

/**
 * Reads the QQ_ variables; see .env.example.
 *
 * @throws Error whose message is one line that says what to do
 */
export const readSettings = (
  env: Readonly<Record<string, string | undefined>>,
): QqSettings | DemoSettings => {
  const appId = env.QQ_APP_ID?.trim() ?? ''
  const secret = env.QQ_APP_SECRET?.trim() ?? ''
  if (appId === '' && secret === '') return { mode: 'demo', port: readPort(env.QQ_SIMULATOR_PORT || '0') }
  if (secret === '')
    throw new Error('QQ_APP_ID is set but QQ_APP_SECRET is not; set both, or none for a demo')
  if (appId === '') throw new Error('QQ_APP_SECRET is set but QQ_APP_ID is not; set both, or none for a demo')
  return {
    mode: 'qq',
    appId,
    secret,
    ...(env.QQ_BASE_URL && { baseUrl: env.QQ_BASE_URL }),
    ...(env.QQ_DATA && { data: env.QQ_DATA }),
  }
}
