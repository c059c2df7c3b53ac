import type { JSX } from 'preact'

/** Outlines on a 20 × 20 grid, in the colour of the surrounding text. */
const paths = {
  plus: 'M10 4v12M4 10h12',
  send: 'M3.5 10 16.5 4l-4 12.5-3-5-6-1.5Zm6 1.5 3-3',
  cut: 'M4 4l12 12M8 13l-1.5 1.5a2.8 2.8 0 0 1-4-4L4 9m8-2 1.5-1.5a2.8 2.8 0 0 1 4 4L16 11',
  pause: 'M7 5v10M13 5v10',
  play: 'M7 4.5v11l8.5-5.5Z',
  clear: 'M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6',
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4Z',
  check: 'M4 10.5 8 14.5 16 6',
  close: 'M5 5l10 10M15 5 5 15',
  down: 'M10 4v12M5 11l5 5 5-5',
  chevron: 'M8 5l5 5-5 5',
  person: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 6.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5',
  group:
    'M7.5 9.500a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.400Zm-5 6.500c.4-2.8 2.5-4.2 5-4.200s4.6 1.4 5 4.200M13 4.400a2.7 2.7 0 0 1 0 5M14.5 12c1.8.5 2.9 1.9 3.2 4',
  hash: 'M8 3.5 6.5 16.500M13.5 3.5 12 16.500M4 7.500h13M3 12.500h13',
  mail: 'M3 5h14v10H3Zm0 .5 7 5.5 7-5.5',
  chat: 'M4 4h12v9h-6l-4 3.500V13H4Z',
  wire: 'M3 7h11l-3-3M17 13H6l3 3',
  chart: 'M3 3v14h14M6.500 13l3-4 3 2 4-6',
  bolt: 'M11 3 5 11h4l-1 6 6-8h-4Z',
  quote: 'M8 6H4v5h4c0 2-1 3-3 3.500M16 6h-4v5h4c0 2-1 3-3 3.500',
  smile: 'M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM7 12c1.500 2 4.500 2 6 0M7.500 8h.01M12.500 8h.01',
  clip: 'M14.500 9 9.500 14a3 3 0 0 1-4.300-4.300l6-6a2 2 0 0 1 2.900 2.900l-5.700 5.700a1 1 0 0 1-1.400-1.400L12 6',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  voice:
    'M10 3a2.500 2.500 0 0 1 2.500 2.500v4a2.500 2.500 0 0 1-5 0v-4A2.500 2.500 0 0 1 10 3ZM5 9.500a5 5 0 0 0 10 0M10 14.500V17',
  file: 'M6 3h6l3 3v11H6ZM12 3v3h3',
  lock: 'M6 9h8v7H6ZM7.500 9V7a2.500 2.500 0 0 1 5 0v2',
  wait: 'M10 3a7 7 0 1 1-7 7',
  image: 'M3 4h14v12H3Zm0 9 4-4 4 4 2-2 4 4M13 8h.01',
} as const

export type IconName = keyof typeof paths

export const Icon = ({ name }: { name: IconName }): JSX.Element => (
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
)
