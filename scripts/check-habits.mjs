// Checks commits and changesets against the mechanical rules of CONTRIBUTING.md.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/** Characters of a subject. */
const SUBJECT = 72
/** Of one changeset: a user reads it as a line of a list. */
const SENTENCES = 3
const CHARACTERS = 500

/** Scopes of a subject besides packages and apps. */
const PLACES = ['repo', 'docs', 'scripts', 'ci', 'benchmarks', 'site']

/** The scopes that a subject may begin with. @param {string} root @returns {Set<string>} */
export const placesOf = (root) =>
  new Set([
    ...PLACES,
    ...['packages', 'apps'].flatMap((group) =>
      existsSync(path.join(root, group)) ? readdirSync(path.join(root, group)) : [],
    ),
  ])

/** The fault of a subject, or `null`. @param {string} subject @param {Set<string>} places */
export const subjectFault = (subject, places) => {
  if (subject.length > SUBJECT) return `has ${subject.length} characters; ${SUBJECT} are the limit`
  const [, names] = /^([a-z][a-z, -]*): \S/.exec(subject) ?? []
  if (names === undefined) return 'does not read "package: what changes"'
  const unknown = names.split(', ').filter((name) => !places.has(name))
  return unknown.length > 0 ? `names ${unknown.join(', ')}, which is no package, app or other place` : null
}

/** The fault of a changeset, or `null`. @param {string} text */
export const changesetFault = (text) => {
  const body = text.replace(/^---\n[\s\S]*?\n---\n/, '').trim()
  if (body === '') return 'says nothing'
  // Code is one word of a sentence, and so is a list of names behind a colon.
  const plain = body.replaceAll(/`[^`]*`/g, 'x')
  if (plain.includes('\n\n') && !/\n\n[-|]/.test(plain)) return 'has several paragraphs: one fact each'
  const sentences = plain.match(/[.!?](?=\s|$)/g)?.length ?? 1
  if (sentences > SENTENCES) return `has ${sentences} sentences; ${SENTENCES} are the limit`
  return body.length > CHARACTERS && !/\n\n\|/.test(body)
    ? `has ${body.length} characters; ${CHARACTERS} are the limit`
    : null
}

/**
 * Subjects since these habits are held, the newest first; none where the history is not there (a shallow clone).
 *
 * @param {string} root
 */
const subjectsOf = (root) => {
  /** @param {readonly string[]} args */
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    const since = git('log', '--diff-filter=A', '--format=%H', '-1', '--', 'scripts/check-habits.mjs')
    if (since === '') return []
    return git('log', '--no-merges', '--format=%s', `${since}..HEAD`).split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** Texts of the first release, which sum up instead of telling one fact. */
const SUMS = /^(?:README|first-release-.*)\.md$/

/** Every breach below `root`, as sentences. @param {string} root @returns {string[]} */
export const findBreaches = (root) => {
  const places = placesOf(root)
  const folder = path.join(root, '.changeset')
  const changesets = readdirSync(folder).filter((name) => name.endsWith('.md') && !SUMS.test(name))
  return [
    ...subjectsOf(root).flatMap((subject) => {
      const fault = subjectFault(subject, places)
      return fault ? [`the commit "${subject}" ${fault}.`] : []
    }),
    ...changesets.flatMap((name) => {
      const fault = changesetFault(readFileSync(path.join(folder, name), 'utf8'))
      return fault ? [`.changeset/${name} ${fault}.`] : []
    }),
  ]
}

if (import.meta.filename === process.argv[1]) {
  const breaches = findBreaches(path.dirname(import.meta.dirname))
  for (const breach of breaches) console.error(breach)
  if (breaches.length > 0) process.exitCode = 1
  else console.log('Commits and changesets follow CONTRIBUTING.md.')
}
