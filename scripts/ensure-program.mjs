// Finds the programs that tests drive, or installs those of the distribution where possible.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

/**
 * A program that tests drive.
 *
 * @typedef {object} Program
 * @property {string} variable of the environment that names another one
 * @property {readonly string[]} places where operating systems install it
 * @property {string} package of the distribution
 * @property {string} need why it is installed
 * @property {Readonly<Record<string, string>>} [env] for its installation
 */

const PROGRAM_FILES = [
  process.env['PROGRAMFILES'],
  process.env['PROGRAMFILES(X86)'],
  process.env['LOCALAPPDATA'],
]

/** @type {Program} */
export const chromium = {
  variable: 'CHROMIUM_PATH',
  places: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...PROGRAM_FILES.flatMap((folder) =>
      folder ? [`${folder}\\Google\\Chrome\\Application\\chrome.exe`] : [],
    ),
  ],
  package: 'chromium',
  need: 'The browser tests need Chromium',
}

/** @type {Program} */
export const redisServer = {
  variable: 'REDIS_SERVER_PATH',
  places: [
    '/usr/bin/redis-server',
    '/usr/local/bin/redis-server',
    '/opt/homebrew/bin/redis-server',
    '/snap/bin/redis-server',
  ],
  package: 'redis-server',
  need: 'The tests of @qqkit/redis need redis-server',
  // A server of the tests' own is started; the one of the distribution must not be.
  env: { RUNLEVEL: '1' },
}

/** The path of a program, by its variable or else by the usual places. @param {Program} program @returns {string | null} */
export const findProgram = ({ variable, places }) =>
  process.env[variable] || (places.find((place) => existsSync(place)) ?? null)

const canInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/**
 * The path of a program, or `null` when there is none and none can be installed.
 *
 * @param {Program} program
 * @returns {string | null}
 */
export const ensureProgram = (program) => {
  const found = findProgram(program)
  if (found !== null || !canInstall()) return found
  console.log(`${program.need}: installing it from the distribution.`)
  const options = /** @type {const} */ ({
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...program.env },
  })
  execFileSync('apt-get', ['update', '-qq'], options)
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', program.package], options)
  return findProgram(program)
}
