import type { JSX } from 'preact'

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Longest text that gets colours, each an element; an opened archive may hold megabytes in a line. */
const COLOURED = 200_000

const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** JSON with coloured names, texts and values; other text unchanged. */
export const Json = ({ text }: { text: string }): JSX.Element => {
  const source = pretty(text)
  const parts: (string | JSX.Element)[] = []
  let end = 0
  for (const match of source.length > COLOURED ? [] : source.matchAll(TOKEN)) {
    const [whole, quoted, colon] = match
    parts.push(source.slice(end, match.index))
    const kind = quoted === undefined ? 'json-value' : colon === undefined ? 'json-text' : 'json-name'
    parts.push(
      <span class={kind} key={match.index}>
        {quoted ?? whole}
      </span>,
      colon ?? '',
    )
    end = match.index + whole.length
  }
  parts.push(source.slice(end))
  return (
    <pre class="json" tabIndex={0}>
      {parts}
    </pre>
  )
}
