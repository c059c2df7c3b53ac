import { existsSync } from 'node:fs'
import process from 'node:process'

const ADVICE =
  'The browser tests need Chromium. On Debian or Ubuntu: apt-get update && apt-get install -y --no-install-recommends ' +
  'chromium. Anywhere else, name one with CHROMIUM_PATH.'

/**
 * The path of a Chromium on this machine.
 *
 * @param named default: CHROMIUM_PATH, which vitest.config.ts fills in where it is not set
 * @throws Error that says how to install one: without a browser these tests prove nothing, so they do not pass
 */
export const findChromium = (named: string = process.env['CHROMIUM_PATH'] ?? ''): string => {
  if (existsSync(named)) return named
  throw new Error(named === '' ? ADVICE : `There is no file ${named} (CHROMIUM_PATH). ${ADVICE}`)
}
