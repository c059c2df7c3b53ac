import type { JSX } from 'preact'

import type { PageFaultField } from '../../src/page/contract/wire.js'
import { fieldName } from '../i18n/fault-names.js'

/** One input field of a fault. */
export const FaultField = ({
  field,
  value,
  onChange,
}: {
  field: PageFaultField
  value: string
  onChange: (value: string) => void
}): JSX.Element => (
  <label>
    {fieldName(field.name)}
    {field.type === 'json' ? (
      <textarea
        spellcheck={false}
        rows={9}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    ) : (
      <input
        inputMode={field.type === 'number' ? 'numeric' : 'text'}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    )}
  </label>
)
