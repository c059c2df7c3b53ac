import type { ComponentChildren, JSX } from 'preact'

import type { PageCard } from '../../src/page/contract/wire.js'
import { t } from '../i18n/translate.js'
import { safeUrl } from '../markdown/urls.js'
import { Picture } from './picture.js'

const Linked = ({ link, children }: { link: string | null; children: ComponentChildren }): JSX.Element => {
  const href = link === null ? null : safeUrl(link)
  return href === null ? (
    <>{children}</>
  ) : (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  )
}

/** An embed or an ark: title, text, picture and lines. */
export const Card = ({ card }: { card: PageCard }): JSX.Element => (
  <div class="card">
    <p class="card-kind">{t(`card.${card.kind}`, { template: card.template })}</p>
    {card.title === '' ? null : (
      <p class="card-title">
        <Linked link={card.link}>{card.title}</Linked>
      </p>
    )}
    {card.text === '' ? null : <p>{card.text}</p>}
    {card.image === null ? null : <Picture address={card.image} alt={card.title} />}
    {card.lines.length === 0 ? null : (
      <ul>
        {card.lines.map((line, index) => (
          <li key={index}>
            <Linked link={line.link}>{line.text}</Linked>
          </li>
        ))}
      </ul>
    )}
  </div>
)
