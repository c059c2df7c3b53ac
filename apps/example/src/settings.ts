/** What the environment asks for: a bot on QQ, or a demonstration on this machine. */
export type Settings =
  | {
      readonly mode: 'qq'
      readonly appId: string
      readonly secret: string
      readonly baseUrl: string | undefined
    }
  | { readonly mode: 'demo'; readonly port: number }

/** A setting that cannot be right. Its message is one line that says what to do. */
export class SettingsError extends Error {}

const readPort = (value: string): number => {
  const port = Number(value)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new SettingsError(
    `QQ_SIMULATOR_PORT is ${JSON.stringify(value)}; give a port from 0 (any free one) to 65535`,
  )
}

/**
 * Reads the QQ_ variables; see .env.example.
 *
 * @throws SettingsError
 */
export const readSettings = (env: Readonly<Record<string, string | undefined>>): Settings => {
  const appId = env.QQ_APP_ID?.trim() ?? ''
  const secret = env.QQ_APP_SECRET?.trim() ?? ''
  if (appId !== '' && secret !== '')
    return { mode: 'qq', appId, secret, baseUrl: env.QQ_BASE_URL || undefined }
  if (appId !== '')
    throw new SettingsError('QQ_APP_ID is set but QQ_APP_SECRET is not; set both, or none for a demo')
  if (secret !== '')
    throw new SettingsError('QQ_APP_SECRET is set but QQ_APP_ID is not; set both, or none for a demo')
  return { mode: 'demo', port: readPort(env.QQ_SIMULATOR_PORT || '0') }
}
