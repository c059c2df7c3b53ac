// Prints what each feature that stands on `Bot` and `ctx` adds to the bundle of a bot that imports nothing else, and fails
// where some of them together are larger than their limit. A feature is cut out of the sources, and the bundle without it
// is compared: minified, gzip, our own packages and Node's left out.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { gzipSync } from 'node:zlib'

import { build as bundle } from 'esbuild'

const SOURCES = path.join(path.dirname(import.meta.dirname), 'packages', 'bot', 'src')

/** Bytes that the small features may take together. */
export const LIMIT = 2000

/**
 * A piece of a source: a member of a class, a row of a table (an object or a list in it), or a text with what replaces it.
 *
 * @typedef {{ readonly member: string } | { readonly row: string } | { readonly text: string, readonly by: string }} Cut
 */

/** @param {string} member @returns {Cut} */
const member = (member) => ({ member })
/** @param {string} row @returns {Cut} */
const row = (row) => ({ row })
/** @param {string} text @param {string} by @returns {Cut} */
const text = (text, by) => ({ text, by })

/** @type {Readonly<Record<string, Readonly<Record<string, readonly Cut[]>>>>} */
export const FEATURES = {
  button: {
    'routing/registry.ts': [member('button')],
    'context/interaction-context.ts': [text('  match: RegExpExecArray | null = null\n', '')],
    'common/errors.ts': [row('bad_button')],
    'language/bot-texts.ts': [row('button() takes')],
  },
  off: {
    'bot.ts': [member('off')],
    'routing/handlers.ts': [member('remove')],
    'common/errors.ts': [row('not_registered')],
    'language/bot-texts.ts': [row('off() was called')],
  },
  'arguments with a schema': {
    'routing/layers.ts': [text('line && command.args', 'false')],
    'events/command.ts': [
      text(
        '    args: v.optional(v.custom(isSchema, \'must be a schema of valibot, zod or another with "~standard"\')),\n',
        '',
      ),
      text('withNamedArguments, options)', 'schema, options)'),
    ],
    'reply/people-texts.ts': [text('...problems.map(problemText), ', '')],
    'context/message-context.ts': [member('get params')],
  },
  'quote, mention': {
    'context/base-context.ts': [
      member('#replyTo'),
      member('get sender'),
      member('get reference'),
      text(' : this.#replyTo(message, options)', ' : this.#replies.reply(message, options)'),
    ],
    'context/message-context.ts': [member('get sender'), member('get reference')],
    'context/interaction-context.ts': [member('get sender')],
    'reply/replier.ts': [
      text('reference === null ? rendered : withQuote(rendered, target, reference)', 'rendered'),
    ],
  },
}

/** @param {string} text */
const literal = (text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)

/** @param {string} source @param {Cut} cut @param {string} file */
const without = (source, cut, file) => {
  const [name, pattern, by] =
    'text' in cut
      ? [cut.text, new RegExp(literal(cut.text)), cut.by]
      : 'member' in cut
        ? // From its modifiers to the brace that closes it, as the formatter writes them.
          [cut.member, new RegExp(String.raw`^ {2}[a-z ]*${literal(cut.member)}[(<][^]*?^ {2}\}$`, 'm'), '']
        : [
            cut.row,
            new RegExp(
              String.raw`^ {2}(?:${literal(cut.row)}: \{[^]*?^ {2}\}|\[\s*'${literal(cut.row)}[^]*?\]),$`,
              'm',
            ),
            '',
          ]
  if (!pattern.test(source))
    throw new Error(`${file} has no ${name.trim()} any more: mend FEATURES in check-feature-sizes.mjs`)
  return source.replace(pattern, () => by)
}

/** Bytes of a bot's bundle without some features. @param {readonly string[]} features */
export const sizeWithout = async (features) => {
  const { outputFiles } = await bundle({
    stdin: { contents: "export { Bot } from './bot.js'", resolveDir: SOURCES },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    external: ['@qqkit/*'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'without',
        setup: (build) => {
          build.onLoad({ filter: /[\\/]bot[\\/]src[\\/]/ }, ({ path: full }) => {
            const file = path.relative(SOURCES, full).replaceAll(path.sep, '/')
            const cuts = features.flatMap((feature) => FEATURES[feature]?.[file] ?? [])
            const source = readFileSync(full, 'utf8')
            return { contents: cuts.reduce((all, cut) => without(all, cut, file), source), loader: 'ts' }
          })
        },
      },
    ],
  })
  return gzipSync(outputFiles[0]?.contents ?? '').length
}

if (process.argv[1] === import.meta.filename) {
  const names = Object.keys(FEATURES)
  const whole = await sizeWithout([])
  for (const name of names) console.log(`${name}: ${whole - (await sizeWithout([name]))} B`)
  const share = whole - (await sizeWithout(names))
  console.log(`together ${share} of ${LIMIT} B; the bot ${whole} B`)
  if (share > LIMIT) process.exitCode = 1
}
