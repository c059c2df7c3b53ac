import { lexer, type Token, type Tokens } from 'marked'
import type { ComponentChildren, JSX } from 'preact'

import { imageOf, safeUrl } from './urls.js'

/** The text of a token, with the entities that the lexer does not decode. */
const plain = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

const List = ({ token }: { token: Tokens.List }): JSX.Element => {
  const items = token.items.map((item, index) => <li key={index}>{blocks(item.tokens)}</li>)
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>
}

const Table = ({ token }: { token: Tokens.Table }): JSX.Element => (
  <div class="md-table">
    <table>
      <thead>
        <tr>
          {token.header.map((cell, index) => (
            <th key={index}>{inline(cell.tokens)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {token.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{inline(cell.tokens)}</td>
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
    <img src={image.src} alt={image.alt} width={image.width} height={image.height} />
  )
}

const Anchor = ({ token }: { token: Tokens.Link }): JSX.Element => {
  const href = safeUrl(token.href)
  return href === null ? (
    <>{inline(token.tokens)}</>
  ) : (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {inline(token.tokens)}
    </a>
  )
}

/** One token as an element; HTML and unknown tokens are shown as text, never interpreted. */
const element = (token: Token): ComponentChildren => {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading': {
      const { depth, tokens } = token as Tokens.Heading
      // One level for all headings, so that a bot cannot change the outline of the page.
      return (
        <p class={`md-heading md-heading-${depth}`} role="heading" aria-level={3}>
          {inline(tokens)}
        </p>
      )
    }
    case 'paragraph':
      return <p>{inline(token.tokens)}</p>
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>
    case 'list':
      return <List token={token as Tokens.List} />
    case 'table':
      return <Table token={token as Tokens.Table} />
    case 'code':
      return (
        <pre>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      )
    case 'hr':
      return <hr />
    case 'br':
      return <br />
    case 'strong':
      return <strong>{inline(token.tokens)}</strong>
    case 'em':
      return <em>{inline(token.tokens)}</em>
    case 'del':
      return <del>{inline(token.tokens)}</del>
    case 'codespan':
      return <code>{(token as Tokens.Codespan).text}</code>
    case 'link':
      return <Anchor token={token as Tokens.Link} />
    case 'image':
      return <Image token={token as Tokens.Image} />
    case 'text':
    case 'escape':
      return token.type === 'text' && token.tokens ? inline(token.tokens) : plain((token as Tokens.Text).text)
    default:
      return token.raw
  }
}

const blocks = (tokens: readonly Token[] | undefined): ComponentChildren => tokens?.map(element)
const inline = blocks

/**
 * Markdown of a bot as elements. Each parsed token becomes an element of the page, so that no text of a bot is
 * interpreted as HTML.
 */
export const Markdown = ({ text }: { text: string }): JSX.Element => (
  <div class="md">{blocks(lexer(text, { gfm: true, breaks: true }))}</div>
)
