import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import type { PageFile } from '../../src/page/contract/wire.js'
import { fileSize, t } from '../i18n/translate.js'
import { safeUrl } from '../markdown/urls.js'
import { Icon, type IconName } from './icon.js'
import { Picture } from './picture.js'

const icons: Readonly<Record<PageFile['kind'], IconName>> = {
  image: 'image',
  video: 'play',
  voice: 'voice',
  file: 'file',
}

/** Types that browsers play. Voice of QQ is SILK, which no browser does. */
const playable: ReadonlySet<string> = new Set([
  'audio/wav',
  'audio/ogg',
  'audio/mpeg',
  'video/mp4',
  'video/webm',
])

/** Characters that turn the order of a text: `\u202Egpj.exe` would be read as a picture. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g

const nameOf = ({ name, kind }: PageFile): string => name.replaceAll(TURNS, '\uFFFD') || t(`file.${kind}`)

/** Name, size and a way to get the file. */
const FileCard = ({ file }: { file: PageFile }): JSX.Element => {
  const href = file.own ?? (file.url === null ? null : safeUrl(file.url))
  const facts = [
    t(`file.${file.kind}`),
    file.type?.split('/')[1]?.toUpperCase(),
    file.size === null ? null : fileSize(file.size),
  ].filter(Boolean)
  return (
    <div class="file-card">
      <span class="file-icon">
        <Icon name={icons[file.kind]} />
      </span>
      <span class="file-facts">
        <span class="file-name">{nameOf(file)}</span>
        <span class="file-fine">{facts.join(' · ')}</span>
      </span>
      {href === null ? null : (
        <a
          href={href}
          download={file.own === null ? undefined : nameOf(file)}
          target={file.own === null ? '_blank' : undefined}
          rel="noreferrer noopener"
          aria-label={t(file.own === null ? 'file.open' : 'file.download', { name: nameOf(file) })}
        >
          <Icon name="down" />
        </a>
      )}
    </div>
  )
}

/** What plays a kind of file. */
const PLAYERS: { readonly [kind in PageFile['kind']]?: 'video' | 'audio' } = {
  video: 'video',
  voice: 'audio',
}

/** A file of a message: a picture, a player for what browsers play, or its name and size. */
export const FileView = ({ file }: { file: PageFile }): JSX.Element => {
  const broken = useSignal(false)
  if (file.kind === 'image' && (file.own !== null || file.url !== null))
    return <Picture address={file.own ?? file.url ?? ''} alt={file.name} />
  const plays = file.own !== null && playable.has(file.type ?? '') && !broken.value
  const Player = PLAYERS[file.kind]
  const onError = (): void => {
    broken.value = true
  }
  return (
    <>
      {plays && Player ? (
        <Player
          class={`chat-${file.kind}`}
          controls
          preload="metadata"
          src={file.own ?? ''}
          onError={onError}
          aria-label={nameOf(file)}
        />
      ) : null}
      <FileCard file={file} />
    </>
  )
}
