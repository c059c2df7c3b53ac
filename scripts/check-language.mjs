// Holds comments and pages to plain English: words that a native writer would not use here may become fewer, not more.
// CONTRIBUTING.md, rule 2: name the thing, then the verb. `--list` shows every place.
import path from 'node:path'
import process from 'node:process'

import { lineOf, textsBelow } from './reference/files.mjs'

/** What to avoid, with what to write instead. @type {readonly (readonly [RegExp, string])[]} */
export const AVOIDED = [
  [/\b(?:goes?|going|went|gone) on\b/i, 'continues, resumes, happens'],
  [/\b(?:becomes?|became) of\b/i, 'the outcome, the result, how it ended'],
  [/\bnobody\b/i, 'no one; better the thing that is missing: "no listener takes it"'],
  [/\bwhoever\b/i, 'the noun: the caller, the user, the process'],
  [/\banew\b/i, 'again, from the start'],
  [/\b(?:is|are|was|were|be|been|being) told\b/i, 'is reported, is notified, receives'],
  [/\bunder way\b/i, 'in progress, pending, open'],
  [/\bby itself\b/i, 'on its own, alone, automatically'],
  [/\bheard of\b/i, 'knows, has received, was reported'],
]

/** How many there were when this was last looked at; lower a number when there are fewer. @type {Readonly<Record<string, number>>} */
export const BASELINE = { rest: 194, bot: 55, gateway: 90 }

const SOURCE = /^(?:packages|apps)\/[^/]+\/src\/.*\.tsx?$/
const PAGE = /\.md$/
/** Pages in the words of others, and pages whose changelogs are history. */
const NO_PAGE = /^docs\/(?:protocol|adr)\/|(?:^|\/)CHANGELOG\.md$|\.zh-CN\.md$/

/** The place whose number a file counts for. @param {string} file */
const placeOf = (file) => {
  const [first = '', second = ''] = file.split('/')
  return first === 'packages' || first === 'apps' ? second : 'pages'
}

/** A text with everything but its comments left out; lines stay where they are. @param {string} text */
const commentsOf = (text) => {
  const comments = /(?<=^|[\s{(])(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*)/g
  let end = 0
  let kept = ''
  for (const { 0: comment, index } of text.matchAll(comments)) {
    kept += text.slice(end, index).replaceAll(/[^\n]/g, ' ') + comment
    end = index + comment.length
  }
  return kept
}

/** A page without its code. @param {string} text */
const proseOf = (text) =>
  text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, (code) => code.replaceAll(/[^\n]/g, ' '))

/**
 * Every avoided word below `root`.
 *
 * @param {readonly { readonly file: string, readonly text: string }[]} texts
 * @returns {{ place: string, file: string, line: number, word: string, instead: string }[]}
 */
export const findAvoided = (texts) =>
  texts.flatMap(({ file, text }) => {
    const isSource = SOURCE.test(file)
    if (!isSource && (!PAGE.test(file) || NO_PAGE.test(file))) return []
    // A sentence may break its line, and a comment begins each with a star.
    const prose = (isSource ? commentsOf(text) : proseOf(text)).replaceAll(
      /\n *(?:\*|\/\/) /g,
      (gap) => `\n${' '.repeat(gap.length - 1)}`,
    )
    return AVOIDED.flatMap(([words, instead]) =>
      [...prose.matchAll(new RegExp(words.source.replaceAll(' ', String.raw`\s+`), 'gi'))].map(
        ({ index, 0: word }) => ({
          place: placeOf(file),
          file,
          line: lineOf(text, index),
          word: word.replaceAll(/\s+/g, ' '),
          instead,
        }),
      ),
    )
  })

/** @param {ReturnType<typeof findAvoided>} found */
const byPlace = (found) => {
  /** @type {Map<string, ReturnType<typeof findAvoided>>} */
  const places = new Map()
  for (const one of found) places.set(one.place, [...(places.get(one.place) ?? []), one])
  return places
}

/**
 * What is wrong, as sentences: places with more avoided words than before.
 *
 * @param {ReturnType<typeof findAvoided>} found
 * @param {Readonly<Record<string, number>>} baseline
 */
export const faultsOf = (found, baseline) => {
  return [...byPlace(found)].flatMap(([place, those]) => {
    const limit = baseline[place] ?? 0
    if (those.length <= limit) return []
    return [
      `${place} has ${those.length} words that CONTRIBUTING.md avoids; there were ${limit}:`,
      ...those.map(({ file, line, word, instead }) => `  ${file}:${line} "${word}": ${instead}`),
    ]
  })
}

if (import.meta.filename === process.argv[1]) {
  const found = findAvoided(textsBelow(path.dirname(import.meta.dirname)))
  if (process.argv.includes('--list'))
    for (const { file, line, word } of found) console.log(`${file}:${line} ${word}`)
  const faults = faultsOf(found, BASELINE)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else {
    console.log('Comments and pages are no less plain than before.')
    const now = byPlace(found)
    for (const [place, limit] of Object.entries(BASELINE)) {
      const count = now.get(place)?.length ?? 0
      if (count < limit) console.log(`Lower the number of ${place} to ${count}.`)
    }
  }
}
