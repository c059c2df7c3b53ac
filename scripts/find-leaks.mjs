// Searches the output and reports of the tests for secrets and tokens (RS-19): in a test they represent a user's own.
import { existsSync, readFileSync } from 'node:fs'

/** The secrets that tests and the simulator use, and the form of the simulator's tokens. */
const LEAKS = [/simulated-secret-\d{4}/g, /tst-secret-\d{4}/g, /\bAT_[0-9a-f]{32}\b/g]

/**
 * Every leak in these files, as sentences. The text of a leak is shortened, so that no log contains it.
 *
 * @param {readonly string[]} files
 * @returns {string[]}
 */
export const findLeaks = (files) =>
  files
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      return LEAKS.flatMap((leak) => text.match(leak) ?? []).map(
        (found) => `RS-19: a secret or token is in ${file}: ${found.slice(0, 6)}…`,
      )
    })
