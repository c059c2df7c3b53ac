// Lints one packed package: its manifest, its types, its source maps and its comments.
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { problemKindInfo } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** Subpath types for the resolution of Node 10 are not provided (ADR 0004). */
const IGNORED_RESOLUTION = 'node10'

/** Errors and warnings of publint. @param {Uint8Array<ArrayBuffer>} tarball */
const manifestFaults = async (tarball) => {
  const options = /** @type {const} */ ({ level: 'warning', strict: true })
  const { messages, pkg } = await publint({ ...options, pack: { tarball: tarball.slice().buffer } })
  return messages.map(
    (message) => `publint: ${message.type}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
  )
}

/** The place of a problem. @param {import('@arethetypeswrong/core').Problem} problem */
const placeOf = (problem) => {
  if ('entrypoint' in problem) return `entry ${problem.entrypoint} from ${problem.resolutionKind}`
  if ('typesFileName' in problem) return `${problem.typesFileName} for ${problem.implementationFileName}`
  const place = `${problem.fileName}:${problem.pos}`
  return 'moduleSpecifier' in problem ? `'${problem.moduleSpecifier}' in ${place}` : place
}

/**
 * Problems that are-the-types-wrong finds for Node 16 and later.
 *
 * @param {import('@arethetypeswrong/core').Package} packed
 */
const typeFaults = async (packed) => {
  const manifest = JSON.parse(packed.readFile(`/node_modules/${packed.packageName}/package.json`))
  // A package of commands alone.
  if (!manifest.exports && !manifest.main) return []
  const result = await checkPackage(packed)
  if (!result.types) return ['types: there are none']
  return result.problems
    .filter((problem) => !('resolutionKind' in problem && problem.resolutionKind === IGNORED_RESOLUTION))
    .map((problem) => {
      const { title, description, docsUrl } = problemKindInfo[problem.kind]
      return `types: ${title}: ${placeOf(problem)}. ${description} ${docsUrl}`
    })
}

/**
 * Files with a reference to a source map, which no package ships (ADR 0014).
 *
 * @param {import('@arethetypeswrong/core').Package} packed
 */
const mapFaults = (packed) =>
  packed
    .listFiles()
    .filter((file) => /\.[cm]?[jt]s$/.test(file) && /^\/\/# sourceMappingURL=/m.test(packed.readFile(file)))
    .map((file) => `maps: ${file} points at a source map, and bundlers would look for it`)

/** A section of the protocol reference that is no link (ADR 0017). */
const BARE_SECTION = /(?<!\{@link \S+ )§\d[\d.]*/

/** Comments of declarations with a section that is no link. @param {import('@arethetypeswrong/core').Package} packed */
const commentFaults = (packed) =>
  packed
    .listFiles()
    .filter((file) => /\.d\.[cm]?ts$/.test(file))
    .flatMap((file) =>
      [...packed.readFile(file).matchAll(/\/\*\*[^]*?\*\//g)].flatMap(([comment]) => {
        const bare = BARE_SECTION.exec(comment)?.[0]
        return bare === undefined
          ? []
          : [`comments: ${file} shows users ${bare} without its page: ${comment}`]
      }),
    )

/**
 * Faults that publint and are-the-types-wrong find in a packed package; both run in this process, so that TypeScript is
 * loaded once.
 *
 * @param {Uint8Array<ArrayBuffer>} tarball
 * @returns {Promise<string[]>} one line a fault
 */
export const lintTarball = async (tarball) => {
  const packed = createPackageFromTarballData(tarball)
  return [
    ...(await manifestFaults(tarball)),
    ...(await typeFaults(packed)),
    ...mapFaults(packed),
    ...commentFaults(packed),
  ]
}
