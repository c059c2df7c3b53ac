import { readdirSync, readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { liveSwitches } from '../../src/core/rules/live-switches.js'
import { sectionAddress } from '../../src/page/view/section-address.js'

/** The protocol reference in the repository. */
const REFERENCE = new URL('../../../../docs/protocol/', import.meta.url)

/** Every section with its address, from the anchors of the pages. */
const addresses = new Map(
  readdirSync(REFERENCE).flatMap((page) =>
    [...readFileSync(new URL(page, REFERENCE), 'utf8').matchAll(/^<a id="([\d-]+)"><\/a>$/gm)].map(
      ([, anchor = '']) => [anchor.replaceAll('-', '.'), `docs/protocol/${page}#${anchor}`] as const,
    ),
  ),
)

it('SM-07 links each section to its place in the reference', () => {
  expect(addresses.size).toBeGreaterThan(60)
  for (const [section, address] of addresses)
    expect(sectionAddress(section)).toBe(`https://github.com/qqkit/qqkit/blob/main/${address}`)
})

it('SM-07 names only existing sections of the reference', () => {
  for (const { section } of Object.values(liveSwitches))
    expect(addresses.has(section.slice(1)), section).toBe(true)
})
