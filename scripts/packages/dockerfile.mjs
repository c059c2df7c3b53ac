// Executes the steps of a Dockerfile without a container engine: each stage is a folder, absolute paths are below it, and
// from `USER` on an ordinary user acts.
import { spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { collect } from './run.mjs'

/** The user without rights of most systems. */
const NOBODY = 65_534

/**
 * @typedef {object} Stage
 * @property {string} root
 * @property {string} home the working folder
 * @property {Record<string, string>} env
 * @property {boolean} ordinary whether `USER` was said
 */

/** Lines of instructions. @param {string} text */
const instructionsIn = (text) =>
  text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, name, rest] = /^([A-Z]+) +(.+)$/.exec(line) ?? []
      return name === undefined || rest === undefined ? [] : [{ name, rest: rest.trim() }]
    })

/** Absolute paths of a container, as paths below a folder. @param {string} text @param {string} root */
const below = (text, root) => text.replaceAll(/(?<![\w.:/])\/(?:app|home)\b/g, (place) => `${root}${place}`)

/** Options of a process in a stage. @param {Stage} stage @param {Readonly<Record<string, string>>} extra */
const optionsOf = ({ root, home, env, ordinary }, extra) => ({
  cwd: home,
  env: { PATH: process.env['PATH'] ?? '', HOME: path.join(root, 'home/node'), ...env, ...extra },
  ...(ordinary && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
})

/**
 * Copies as COPY does.
 *
 * @param {string} from a folder
 * @param {readonly string[]} sources names in it, or patterns of its files
 * @param {string} to a path that ends in `/` is a folder
 * @param {(name: string) => boolean} isLeftOut
 */
const copy = (from, sources, to, isLeftOut) => {
  for (const source of sources) {
    const pattern = new RegExp(`^${source.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
    const names =
      source === '.'
        ? readdirSync(from)
        : source.includes('*')
          ? readdirSync(from).filter((name) => pattern.test(name))
          : [source]
    for (const name of names.filter((one) => !isLeftOut(one)))
      cpSync(
        path.join(from, name),
        source === '.' || to.endsWith('/') ? path.join(to, path.basename(name)) : to,
        { recursive: true },
      )
  }
}

/** The words of an instruction in the form of JSON, with paths of the stage. @param {string} text @param {Stage} stage */
const wordsOf = (text, { root }) =>
  /** @type {string[]} */ (JSON.parse(text)).map((word) => below(word, root))

/**
 * Builds the project of a folder.
 *
 * @param {string} project
 * @param {string} folder where the stages go
 * @param {Readonly<Record<string, string>>} env for all steps
 */
export const buildImage = async (project, folder, env) => {
  const ignored = readFileSync(path.join(project, '.dockerignore'), 'utf8').split('\n')
  /** @type {Map<string, Stage>} */
  const stages = new Map()
  /** @type {Stage | null} */
  let stage = null
  let health = ''
  let command = ''
  let stopSignal = ''
  for (const { name, rest } of instructionsIn(readFileSync(path.join(project, 'Dockerfile'), 'utf8'))) {
    if (name === 'FROM') {
      const root = path.join(folder, `stage-${stages.size}`)
      stage = { root, home: root, env: {}, ordinary: false }
      // The folder of the user `node` is in the image.
      mkdirSync(path.join(root, 'home/node'), { recursive: true })
      if (process.getuid?.() === 0) chownSync(path.join(root, 'home/node'), NOBODY, NOBODY)
      chmodSync(root, 0o755)
      stages.set(/ AS (\S+)$/i.exec(rest)?.[1] ?? String(stages.size), stage)
      continue
    }
    if (stage === null) throw new Error(`${name} before FROM`)
    const words = rest.split(/ +/)
    switch (name) {
      case 'WORKDIR':
        stage.home = below(rest, stage.root)
        mkdirSync(stage.home, { recursive: true })
        break
      case 'ENV':
        for (const word of words) {
          const [variable = '', value = ''] = word.split('=')
          stage.env[variable] = below(value, stage.root)
        }
        break
      case 'USER':
        stage.ordinary = rest !== 'root'
        break
      case 'COPY': {
        const [, named] = /^--from=(\S+)$/.exec(words[0] ?? '') ?? []
        const other = named === undefined ? null : stages.get(named)
        if (other === undefined) throw new Error(`COPY from ${named}, which is no stage`)
        const sources = words.slice(other === null ? 0 : 1, -1)
        const last = words.at(-1) ?? '.'
        const to = path.join(stage.home, last) + (last.endsWith('/') ? '/' : '')
        if (other === null) copy(project, sources, to, (one) => ignored.includes(one))
        else
          copy(
            other.root,
            sources.map((one) => one.slice(1)),
            to,
            () => false,
          )
        break
      }
      case 'RUN': {
        const { code, output } = await collect(
          spawn('sh', ['-c', below(rest, stage.root)], optionsOf(stage, env)),
        )
        if (code !== 0) throw new Error(`RUN ${rest} ended with ${code}:\n${output}`)
        break
      }
      case 'HEALTHCHECK':
        health = rest.slice(rest.indexOf('CMD ') + 4)
        break
      case 'CMD':
        command = rest
        break
      case 'STOPSIGNAL':
        stopSignal = rest
        break
      case 'VOLUME':
      case 'EXPOSE':
        break
      default:
        throw new Error(`the instruction ${name} is not known here`)
    }
  }
  const image = stage
  if (image === null) throw new Error('the Dockerfile is empty')
  if (!image.ordinary) throw new Error('the image runs as root')
  const execute = (/** @type {string} */ text, /** @type {Readonly<Record<string, string>>} */ extra) => {
    const [program = '', ...args] = wordsOf(text, image)
    return spawn(program, args, optionsOf(image, extra))
  }
  return {
    root: image.root,
    stopSignal: /** @type {NodeJS.Signals} */ (stopSignal),
    start: (/** @type {Readonly<Record<string, string>>} */ extra) => execute(command, extra),
    isHealthy: async (/** @type {Readonly<Record<string, string>>} */ extra) =>
      (await collect(execute(health, extra))).code === 0,
  }
}
