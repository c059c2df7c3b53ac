// Finds a redis-server for the tests of @qqkit/redis, or installs the distribution's where possible.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

/** Paths at which operating systems install it. */
const USUAL_PLACES = [
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
  '/snap/bin/redis-server',
]

/** `REDIS_SERVER_PATH`, or else where a redis-server is. @returns {string | null} */
export const findRedis = () =>
  process.env['REDIS_SERVER_PATH'] || (USUAL_PLACES.find((place) => existsSync(place)) ?? null)

const canInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/**
 * The path of a redis-server, or `null` when there is none and none can be installed.
 *
 * @returns {string | null}
 */
export const ensureRedis = () => {
  const found = findRedis()
  if (found !== null) return found
  if (!canInstall()) return null
  console.log('The tests of @qqkit/redis need redis-server: installing it from the distribution.')
  const options = /** @type {const} */ ({
    stdio: 'inherit',
    // A server of the tests' own is started; the one of the distribution must not be.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  })
  execFileSync('apt-get', ['update', '-qq'], options)
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], options)
  return findRedis()
}
