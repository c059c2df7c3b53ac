import { existsSync } from 'node:fs'
import process from 'node:process'

/** Paths at which operating systems install Chromium. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
] as const

const ADVICE =
  'The browser tests need Chromium. On Debian or Ubuntu: apt-get update && apt-get install -y --no-install-recommends ' +
  'chromium. Anywhere else, name one with CHROMIUM_PATH.'

/**
 * The path of a Chromium on this machine.
 *
 * @param named the path to use instead of looking, default the environment's CHROMIUM_PATH
 * @throws Error that says how to install one: without a browser these tests prove nothing, so they do not pass
 */
export const findChromium = (named: string | undefined = process.env['CHROMIUM_PATH']): string => {
  const found = (named ? [named] : PLACES).find((place) => existsSync(place))
  if (found === undefined)
    throw new Error(named ? `There is no file ${named} (CHROMIUM_PATH). ${ADVICE}` : ADVICE)
  return found
}
