import { button, keyboard } from '@qqkit/rest'

import type { InteractionContext } from '../context/interaction-context.js'
import type { Matched, Middleware } from '../routing/layers.js'
import { type Feature, registerButton, type Registration } from '../routing/registration.js'
import { ComposerError } from './errors.js'

type CommandInit = NonNullable<Parameters<typeof button.command>[2]>
type ButtonInit = NonNullable<Parameters<typeof button.link>[2]>
type Button = ReturnType<typeof button.link>

/**
 * Rows of buttons together with their handlers: `keyboard(drinks.rows)` shows them, `bot.use(drinks)` handles them. `X` is what
 * middleware has added to the contexts.
 *
 * @example
 * const drinks = new ButtonRows()
 *   .callback('Tea', 'tea', (ctx) => ctx.reply('Here is your tea.'))
 *   .callback('Coffee', 'coffee', (ctx) => ctx.reply('Here is your coffee.'))
 *   .row()
 *   .link('Why?', 'https://example.com')
 * bot.use(drinks)
 * bot.command('menu', (ctx) => ctx.reply({ ...markdown('A drink?'), ...keyboard(drinks.rows) }))
 */
export class ButtonRows<X = unknown> implements Feature<X> {
  /** Only a type. */
  declare readonly needs?: (ctx: X) => void
  readonly #rows: Button[][] = [[]]
  readonly #registrations = new Map<string, Registration>()

  /** The rows, for `keyboard()`. */
  get rows(): readonly (readonly Button[])[] {
    return this.#rows.filter((row) => row.length > 0)
  }

  /**
   * Adds a button whose click is handled here.
   *
   * @param data unique among the buttons of the bot
   * @throws ComposerError `same_button`; BotError `bad_button`, `no_handler`; InvalidRequestError
   */
  callback(
    label: string,
    data: string,
    handler: Middleware<InteractionContext & X & Matched>,
    init?: ButtonInit,
  ): this {
    if (this.#registrations.has(data)) throw new ComposerError('same_button', data)
    const registration = registerButton(data, handler)
    this.#add(button.callback(label, data, init))
    this.#registrations.set(data, registration)
    return this
  }

  /** Adds a button that opens an address or a mini app. @throws InvalidRequestError */
  link(label: string, url: string, init?: ButtonInit): this {
    return this.#add(button.link(label, url, init))
  }

  /** Adds a button that puts `@bot data` into the input box. @throws InvalidRequestError */
  command(label: string, data: string, init?: CommandInit): this {
    return this.#add(button.command(label, data, init))
  }

  /** Begins the next row. */
  row(): this {
    this.#rows.push([])
    return this
  }

  /**
   * Its handlers, for `bot.use()`.
   *
   * @throws InvalidRequestError naming the row and button, and the limit
   */
  registrations(): readonly Registration[] {
    keyboard(this.rows)
    return [...this.#registrations.values()]
  }

  /** A wrong button is reported at its own line, not at that of `bot.use()`. */
  #add(one: Button): this {
    keyboard([[one]])
    this.#rows.at(-1)?.push(one)
    return this
  }
}
