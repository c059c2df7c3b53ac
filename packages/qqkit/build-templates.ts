// Copies the projects of `apps` that are templates into a folder, in TypeScript and in JavaScript, as `create` hands them out:
// with versions instead of the terms of this workspace.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { format } from 'oxfmt'
import tsBlankSpace from 'ts-blank-space'

const root = path.join(import.meta.dirname, '../..')

/** The templates, which are folders of `apps`. */
const TEMPLATES = ['basic', 'agent', 'webhook']
/** The folder of `apps` with all that templates share. */
const COMMON = path.join(root, 'apps/common')

/** The version that templates get before there is one. */
const FIRST_VERSION = '0.1.0'

/** What belongs to this repository, or is made by a run. */
const LEFT_OUT =
  /^(?:node_modules|dist|reports|coverage|data|\.turbo|\.types|\.env|turbo\.json|CHANGELOG\.md)$|\.(?:tgz|tsbuildinfo)$/
const IGNORED = 'node_modules/\ndist/\ndata/\n.env\n'
/** Names that npm leaves out of packages, or reads itself, lose their dot until `create`. */
const HIDDEN = /^\.(?=gitignore$|npmrc$|npmignore$)/

/** Paths below a folder. */
const filesIn = (folder: string, inside: string = ''): string[] =>
  readdirSync(path.join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(inside, entry.name)
    if (LEFT_OUT.test(entry.name)) return []
    return entry.isDirectory() ? filesIn(folder, file) : [file]
  })

/** The versions of the workspace's catalog. */
const catalog = (): ReadonlyMap<string, string> => {
  const [, block = ''] =
    /^catalog:\n((?: {2}.*\n)+)/m.exec(readFileSync(path.join(root, 'pnpm-workspace.yaml'), 'utf8')) ?? []
  return new Map(
    [...block.matchAll(/^ {2}'?([^':]+)'?: (\S+)$/gm)].map(([, name = '', version = '']) => [name, version]),
  )
}

/** The version of one of our packages. */
const versionOf = (name: string): string => {
  const file = path.join(root, 'packages', name.replace('@qqkit/', ''), 'package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }
  return version === '0.0.0' ? FIRST_VERSION : version
}

type Dependencies = Readonly<Record<string, string>>

/** Dependencies as they stand outside of the workspace. */
const released = (dependencies: Dependencies): Dependencies => {
  const versions = catalog()
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, version]) => {
      if (version.startsWith('workspace:')) return [name, `^${versionOf(name)}`]
      return [name, version === 'catalog:' ? (versions.get(name) ?? version) : version]
    }),
  )
}

/** What only TypeScript needs. */
const FOR_TYPES = /^(?:typescript|tsx|@types\/.*|oxlint-tsgolint)$/

/** esbuild, of tsx, comes whole in a package for each system: its script has nothing to do, and npm and pnpm need not warn of it. */
const QUIET = { allowScripts: { esbuild: false }, pnpm: { ignoredBuiltDependencies: ['esbuild'] } }

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly scripts?: Dependencies
  readonly dependencies?: Dependencies
  readonly devDependencies?: Dependencies
}

/** Commands of a project, which would find nothing to build in this repository. */
const PRODUCTION = {
  build: 'tsc -p tsconfig.build.json',
  start: 'node --enable-source-maps dist/main.js',
}

const manifestOf = (text: string, js: boolean): string => {
  const { name: _name, version: _version, license: _license, ...manifest } = JSON.parse(text) as Manifest
  const kept = (dependencies: Dependencies = {}): Dependencies =>
    Object.fromEntries(
      Object.entries(released(dependencies)).filter(([name]) => !js || !FOR_TYPES.test(name)),
    )
  const scripts = Object.fromEntries(
    Object.entries({ ...manifest.scripts, ...PRODUCTION })
      .filter(([, line]) => !js || !/\btsc\b/.test(line))
      .map(([name, line]) => [name, js ? inJavaScript(line) : line]),
  )
  return `${JSON.stringify(
    {
      name: 'qq-bot',
      version: '0.0.0',
      ...manifest,
      private: true,
      scripts,
      dependencies: kept(manifest.dependencies),
      devDependencies: kept(manifest.devDependencies),
      ...QUIET,
    },
    null,
    2,
  )}\n`
}

/** What only a project with a compiler says. */
const COMPILING = /^.*(?:npm run (?:build|typecheck)|tsconfig).*\n/gm

/** Commands and names of files of the JavaScript form, which needs no build. */
const inJavaScript = (text: string): string =>
  text
    .replaceAll(' && npm run build', '')
    .replaceAll(COMPILING, '')
    .replaceAll(/ --import tsx\b| --enable-source-maps\b|"--enable-source-maps", /g, '')
    .replaceAll(/(?<=[\w*])\.ts\b(?!x)/g, '.js')
    .replaceAll(/\bdist(?=\/)|(?<=\/)dist\b/g, 'src')

const TYPED = /(?<!\.d)\.ts$/
/** Texts that name source files. */
const NAMING = /\.(?:md|json|ya?ml|c?js|mjs|service|example)$|(?:^|\/)Dockerfile$/

const STYLE = { semi: false, singleQuote: true, printWidth: 110 } as const

/** A comment whose type is gone. */
const OF_A_TYPE = /^\/\*\*(?:(?!\*\/)[^])*\*\/\n\n/gm

/** JavaScript of a TypeScript file, as a person would have written it. */
const withoutTypes = async (file: string, text: string): Promise<string> => {
  const blank = tsBlankSpace(text, (node) => {
    throw new Error(`${file} has what JavaScript has not: ${node.getText()}`)
  })
  const { code, errors } = await format(file.replace(TYPED, '.js'), blank, STYLE)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  return code.replaceAll(OF_A_TYPE, '').trimStart()
}

const write = (folder: string, file: string, content: string | Uint8Array): void => {
  const full = path.join(folder, path.dirname(file), path.basename(file).replace(HIDDEN, '_'))
  mkdirSync(path.dirname(full), { recursive: true })
  writeFileSync(full, content)
}

const FROM_COMMON = /'\.\.\/\.\.\/common\/src\/([\w-]+)\.js'/g

/** Files of the common sources that a text imports, and those that they import. */
const importsOf = (text: string, pattern: RegExp = FROM_COMMON): readonly string[] =>
  [...text.matchAll(pattern)].flatMap(([, name]) => {
    const file = `src/${name}.ts`
    return [file, ...importsOf(readFileSync(path.join(COMMON, file), 'utf8'), /'\.\/([\w-]+)\.js'/g)]
  })

/** The common files that a template lacks; of the sources only those that it imports. */
const commonFiles = (source: string, own: readonly string[]): readonly string[] => {
  const texts = own
    .filter((file) => TYPED.test(file))
    .map((file) => readFileSync(path.join(source, file), 'utf8'))
  const imported = new Set(texts.flatMap((text) => importsOf(text)))
  return filesIn(COMMON).filter(
    (file) =>
      file !== 'package.json' && !own.includes(file) && (!file.startsWith('src/') || imported.has(file)),
  )
}

/** Behaviours of this repository, which begin the titles of its tests. */
const BEHAVIOURS = /(?<=\bit\(['`])(?:[A-Z]{2}-\d+ )+/g

/** A source file, with the common ones in its own folder. */
const asOwn = (file: string, text: string): string =>
  text
    .replaceAll(FROM_COMMON, file.startsWith('src/') ? "'./$1.js'" : "'../src/$1.js'")
    .replaceAll(BEHAVIOURS, '')

/** One template in one language. */
const buildTemplate = async (source: string, target: string, js: boolean): Promise<void> => {
  const own = filesIn(source).filter((file) => file !== 'tsconfig.json')
  const files = [
    ...own.map((file) => [source, file] as const),
    ...commonFiles(source, own).map((file) => [COMMON, file] as const),
  ]
  write(target, '.gitignore', IGNORED)
  for (const [folder, file] of files) {
    const content = readFileSync(path.join(folder, file))
    if (file === 'package.json') write(target, file, manifestOf(content.toString(), js))
    else if (file.startsWith('tsconfig')) {
      if (!js) write(target, file, content.toString().replace(/ *"customConditions": .*\n/, ''))
    } else if (TYPED.test(file)) {
      const text = asOwn(file, content.toString())
      if (js) write(target, file.replace(TYPED, '.js'), await withoutTypes(file, text))
      else write(target, file, text)
    } else write(target, file, js && NAMING.test(file) ? inJavaScript(content.toString()) : content)
  }
}

/** Writes all templates into a folder, and removes what is in it. */
export const buildTemplates = async (target: string): Promise<void> => {
  rmSync(target, { recursive: true, force: true })
  for (const name of TEMPLATES) {
    const source = path.join(root, 'apps', name)
    if (!existsSync(path.join(source, 'AGENTS.md'))) continue
    await buildTemplate(source, path.join(target, name, 'ts'), false)
    await buildTemplate(source, path.join(target, name, 'js'), true)
  }
}
