import type { JSX } from 'preact'

import { sectionAddress } from '../../src/page/view/section-address.js'

const SECTION = /(§\d+(?:\.\d+)*)/

/** A text whose sections of the protocol reference are links. */
export const SectionLinks = ({ text }: { text: string }): JSX.Element => (
  <>
    {text.split(SECTION).map((part) =>
      SECTION.test(part) ? (
        <a key={part} href={sectionAddress(part.slice(1))} target="_blank" rel="noreferrer noopener">
          {part}
        </a>
      ) : (
        part
      ),
    )}
  </>
)
