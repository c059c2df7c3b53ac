import { describe, expect, it } from 'vitest'

import { changesetFault, subjectFault } from '../check-habits.mjs'

const places = new Set(['gateway', 'reconnect-policy', 'docs'])

describe('a subject', () => {
  it.each([
    'gateway: resume after op 9 when a close code allows it',
    'gateway, reconnect-policy: one name for a loss',
    'docs: a glossary',
  ])('is good: %s', (subject) => {
    expect(subjectFault(subject, places)).toBeNull()
  })

  it.each([
    ['Ask only promises that may be forgotten', 'does not read'],
    ['gateway:no blank', 'does not read'],
    ['gateway: ', 'does not read'],
    ['queue: a folder is no place', 'names queue'],
    ['gateway, queue: one of two', 'names queue'],
    [`gateway: ${'x'.repeat(64)}`, 'has 73 characters'],
  ])('is refused: %s', (subject, fault) => {
    expect(subjectFault(subject, places)).toContain(fault)
  })
})

const changeset = (body: string): string => `---\n'@qqkit/bot': patch\n---\n\n${body}\n`

describe('a changeset', () => {
  it.each([
    'One fact. What users saw. What holds now.',
    'Names such as `ctx.reply. No. Yes. Maybe.` count as one word.',
    'New names:\n\n| old | new |\n| --- | --- |\n| `a` | `b` |',
  ])('is good: %j', (body) => {
    expect(changesetFault(changeset(body))).toBeNull()
  })

  it.each([
    ['', 'says nothing'],
    ['One. Two. Three. Four.', '4 sentences'],
    ['One fact.\n\nAnother fact.', 'several paragraphs'],
    ['x'.repeat(501), '501 characters'],
  ])('is refused: %j', (body, fault) => {
    expect(changesetFault(changeset(body))).toContain(fault)
  })
})
