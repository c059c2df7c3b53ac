import { Marked, type Token, type Tokens } from 'marked'
import type { ComponentChildren, JSX } from 'preact'

import { t } from '../i18n/translate.js'
import { Picture } from '../components/picture.js'
import { type MarkContext, withMarks } from './marks.js'
import { imageOf, safeUrl } from './urls.js'

/** A line that begins with a tag of QQ is a paragraph, and no block of HTML. */
const reader = new Marked({
  gfm: true,
  breaks: true,
  tokenizer: {
    html: (source) => (source.startsWith('<qqbot-') ? undefined : false),
  },
})

/** The text of a token, with the entities that the lexer does not decode. */
const plain = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

interface Draw {
  (tokens: readonly Token[] | undefined): ComponentChildren
}

const List = ({ token, draw }: { token: Tokens.List; draw: Draw }): JSX.Element => {
  const items = token.items.map((item, index) => <li key={index}>{draw(item.tokens)}</li>)
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>
}

const Table = ({ token, draw }: { token: Tokens.Table; draw: Draw }): JSX.Element => (
  <div class="md-table" tabIndex={0} role="region" aria-label={t('chat.table')}>
    <table>
      <thead>
        <tr>
          {token.header.map((cell, index) => (
            <th key={index}>{draw(cell.tokens)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {token.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{draw(cell.tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const Image = ({ token }: { token: Tokens.Image }): JSX.Element => {
  const image = imageOf(token.text, token.href)
  return image === null ? (
    <>{token.raw}</>
  ) : (
    <Picture address={image.src} alt={image.alt} width={image.width} height={image.height} />
  )
}

const Anchor = ({ token, draw }: { token: Tokens.Link; draw: Draw }): JSX.Element => {
  const href = safeUrl(token.href)
  return href === null ? (
    <>{draw(token.tokens)}</>
  ) : (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {draw(token.tokens)}
    </a>
  )
}

/** One token as an element; HTML and unknown tokens are shown as text, never interpreted. */
const element = (token: Token, draw: Draw, context: MarkContext): ComponentChildren => {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading': {
      const { depth, tokens } = token as Tokens.Heading
      // One level for all headings, so that a bot cannot change the outline of the page.
      return (
        <p class={`md-heading md-heading-${depth}`} role="heading" aria-level={3}>
          {draw(tokens)}
        </p>
      )
    }
    case 'paragraph':
      return <p>{draw(token.tokens)}</p>
    case 'blockquote':
      return <blockquote>{draw(token.tokens)}</blockquote>
    case 'list':
      return <List token={token as Tokens.List} draw={draw} />
    case 'table':
      return <Table token={token as Tokens.Table} draw={draw} />
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      )
    case 'hr':
      return <hr />
    case 'br':
      return <br />
    case 'strong':
      return <strong>{draw(token.tokens)}</strong>
    case 'em':
      return <em>{draw(token.tokens)}</em>
    case 'del':
      return <del>{draw(token.tokens)}</del>
    case 'codespan':
      return <code>{(token as Tokens.Codespan).text}</code>
    case 'link':
      return <Anchor token={token as Tokens.Link} draw={draw} />
    case 'image':
      return <Image token={token as Tokens.Image} />
    case 'text':
    case 'escape':
      return token.type === 'text' && token.tokens
        ? draw(token.tokens)
        : withMarks((token as Tokens.Text).text, context, plain)
    default:
      return withMarks(token.raw, context)
  }
}

/** Deepest nesting that is drawn; what lies deeper is shown as its source. A browser ends the page at some thousands. */
const DEEPEST = 16

/** The tokens of a text; a text that nests too deep for the lexer is one token. */
const read = (text: string): readonly Token[] => {
  const source = [{ type: 'text', raw: text, text }]
  try {
    const tokens = reader.lexer(text)
    // Definitions alone would be an empty bubble.
    return tokens.every(({ type }) => type === 'space' || type === 'def') ? source : tokens
  } catch {
    return source
  }
}

/**
 * Markdown of a bot as elements. Each parsed token becomes an element of the page, so that no text of a bot is
 * interpreted as HTML.
 */
export const Markdown = ({ text, context }: { text: string; context: MarkContext }): JSX.Element => {
  const drawAt =
    (depth: number): Draw =>
    (tokens) =>
      depth > DEEPEST
        ? tokens?.map(({ raw }) => raw).join('')
        : tokens?.map((token) => element(token, drawAt(depth + 1), context))
  return <div class="md">{drawAt(0)(read(text))}</div>
}
