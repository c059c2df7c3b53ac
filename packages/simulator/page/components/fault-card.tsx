import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'

import type { PageFaultOffer } from '../../src/page/contract/wire.js'
import { faultExplanation, faultName } from '../i18n/fault-names.js'
import { t } from '../i18n/translate.js'
import { send } from '../store/send.js'
import { view } from '../store/store.js'
import { FaultAim } from './fault-aim.js'
import { FaultField } from './fault-field.js'
import { FaultTimes, type Often } from './fault-times.js'
import { Icon } from './icon.js'

const timesOf = (offer: PageFaultOffer, often: Often, count: string): 'once' | 'always' | number => {
  if (offer.immediate) return 'once'
  return often === 'n' ? Math.max(1, Math.round(Number(count)) || 1) : often
}

/** One offered fault; opens to its number of strikes, its aim and its fields. */
export const FaultCard = ({ offer }: { offer: PageFaultOffer }): JSX.Element => {
  const open = useSignal(offer.group === 'custom')
  const often = useSignal<Often>('once')
  const count = useSignal('3')
  const target = useSignal('all')
  const values = useSignal<Readonly<Record<string, string>>>(
    Object.fromEntries(offer.fields.map(({ name, value }) => [name, value])),
  )
  const name = faultName(offer.kind)
  const verb = offer.immediate ? t('faults.fire') : t('faults.arm')
  const armed = view.faults.value.filter(({ kind, remaining }) => kind === offer.kind && remaining !== 0)
  const isArmed = armed.length > 0 && offer.group !== 'custom'
  const summary = offer.fields.map((field) => values.value[field.name]).join(' ')

  const order = async (): Promise<void> => {
    await send('faults', {
      kind: offer.kind,
      times: timesOf(offer, often.value, count.value),
      target: target.value.trim() || 'all',
      values: values.value,
    })
  }

  return (
    <li class="fault-card" data-armed={isArmed}>
      <div class="fault-head">
        <button
          type="button"
          class="fault-title"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value
          }}
        >
          <Icon name="chevron" />
          <span>
            <span class="fault-name">
              {name}
              {offer.fields.length > 0 && offer.group !== 'custom' ? <code>{summary}</code> : null}
            </span>
            <span class="fine">{faultExplanation(offer.kind)}</span>
          </span>
        </button>
        {isArmed ? (
          <button
            type="button"
            class="danger"
            aria-label={`${t('faults.off')}: ${name}`}
            onClick={() => {
              for (const { id } of armed) void send('clear', { id })
            }}
          >
            {t('faults.off')}
          </button>
        ) : (
          <button type="button" aria-label={`${verb}: ${name}`} onClick={() => void order()}>
            {verb}
          </button>
        )}
      </div>
      {open.value ? (
        <div class="fault-form">
          {offer.fields.map((field) => (
            <FaultField
              key={field.name}
              field={field}
              value={values.value[field.name] ?? ''}
              onChange={(value) => {
                values.value = { ...values.value, [field.name]: value }
              }}
            />
          ))}
          <FaultAim offer={offer} target={target} />
          {offer.immediate || offer.group === 'custom' ? null : <FaultTimes often={often} count={count} />}
        </div>
      ) : null}
    </li>
  )
}
