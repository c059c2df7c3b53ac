// Finds a Chromium for the browser tests, or installs the distribution's where possible.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

const PROGRAM_FILES = [
  process.env['PROGRAMFILES'],
  process.env['PROGRAMFILES(X86)'],
  process.env['LOCALAPPDATA'],
]

/** Paths at which operating systems install Chromium. */
const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ...PROGRAM_FILES.flatMap((folder) =>
    folder ? [`${folder}\\Google\\Chrome\\Application\\chrome.exe`] : [],
  ),
]

/** `CHROMIUM_PATH`, or else where a Chromium is. @returns {string | null} */
export const findBrowser = () =>
  process.env['CHROMIUM_PATH'] || (USUAL_PLACES.find((place) => existsSync(place)) ?? null)

const canInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/**
 * The path of a Chromium, or `null` when there is none and none can be installed.
 *
 * @returns {string | null}
 */
export const ensureBrowser = () => {
  const found = findBrowser()
  if (found !== null) return found
  if (!canInstall()) return null
  console.log('The browser tests need Chromium: installing it from the distribution.')
  const options = /** @type {const} */ ({
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  execFileSync('apt-get', ['update', '-qq'], options)
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options)
  return findBrowser()
}
