import { ButtonAction, ButtonPermission, ButtonStyle, type Button } from '@qqkit/protocol'

import { givenOptions } from '../checks/given.js'
import { InvalidRequestError } from '../errors/invalid-request-error.js'

/** Options of every button. */
export interface ButtonInit {
  /** Unique in the keyboard. */
  readonly id?: string
  /** Label after a press, at most 10 characters; default: the same label. */
  readonly visitedLabel?: string
  /** Default blue. */
  readonly style?: ButtonStyle
  /** Who may press the button; default: everyone. */
  readonly permission?: Button['action']['permission']
  /** Shown in clients that are too old for the button. */
  readonly unsupportTips?: string
  /** Asks for confirmation before the action. */
  readonly modal?: Button['action']['modal']
  /** Callback buttons with the same group id are disabled together. */
  readonly groupId?: string
}

type Action = Omit<Button['action'], 'permission' | 'modal' | 'unsupport_tips'>

const INIT: ReadonlySet<keyof ButtonInit> = new Set([
  'id',
  'visitedLabel',
  'style',
  'permission',
  'unsupportTips',
  'modal',
  'groupId',
])
const COMMAND_INIT: ReadonlySet<keyof CommandInit> = new Set([...INIT, 'enter', 'reply'])

/** A button without data does nothing. */
const dataOf = (path: 'url' | 'data', data: string): string => {
  if (typeof data === 'string' && data !== '') return data
  throw new InvalidRequestError({ path, hint: 'give a text that is not empty', received: data })
}

const make = (label: string, action: Action, init: ButtonInit): Button => ({
  ...(init.id !== undefined && { id: init.id }),
  render_data: { label, visited_label: init.visitedLabel ?? label, style: init.style ?? ButtonStyle.Blue },
  action: {
    ...action,
    permission: init.permission ?? { type: ButtonPermission.Everyone },
    ...(init.unsupportTips !== undefined && { unsupport_tips: init.unsupportTips }),
    ...(init.modal && { modal: init.modal }),
  },
  ...(init.groupId !== undefined && { group_id: init.groupId }),
})

/** Options of a command button. */
export interface CommandInit extends ButtonInit {
  /** Sends the command at once; C2C only. */
  readonly enter?: boolean
  /** Quotes the message that carries the keyboard. */
  readonly reply?: boolean
}

/** Builders of buttons by their action. */
export interface ButtonBuilders {
  /** Opens an address or a mini app. */
  readonly link: (label: string, url: string, init?: ButtonInit) => Button
  /**
   * Sends an `INTERACTION_CREATE` event with this data, to be acknowledged within about 3 s
   * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-7 §5.7}).
   */
  readonly callback: (label: string, data: string, init?: ButtonInit) => Button
  /** Puts `@bot data` into the input box. */
  readonly command: (label: string, data: string, init?: CommandInit) => Button
}

/**
 * Builds buttons by their action
 * ({@link https://github.com/qqkit/qqkit/blob/main/docs/protocol/05-rest-endpoints.md#5-3 §5.3}). Limits are checked by
 * `keyboard()`; missing data and misspelt options at once.
 *
 * @example
 * keyboard([[button.callback('Again', 'again'), button.command('Help', '/help', { enter: true })]])
 * @throws InvalidRequestError
 */
export const button: ButtonBuilders = Object.freeze({
  link: (label: string, url: string, init: ButtonInit = {}) =>
    make(label, { type: ButtonAction.Link, data: dataOf('url', url) }, givenOptions('init', init, INIT)),
  callback: (label: string, data: string, init: ButtonInit = {}) =>
    make(
      label,
      { type: ButtonAction.Callback, data: dataOf('data', data) },
      givenOptions('init', init, INIT),
    ),
  command: (label: string, data: string, given: CommandInit = {}) => {
    const { enter, reply, ...init } = givenOptions('init', given, COMMAND_INIT)
    return make(
      label,
      {
        type: ButtonAction.Command,
        data: dataOf('data', data),
        ...(enter !== undefined && { enter }),
        ...(reply !== undefined && { reply }),
      },
      init,
    )
  },
})
