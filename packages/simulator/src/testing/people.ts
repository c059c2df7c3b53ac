import type { SayOptions } from '../core/actions/said-payload.js'
import type { Press } from '../core/actions/press.js'
import { checkPress } from '../handles/check.js'
import type { Person } from '../handles/person.js'
import type { Reply } from '../recordings/reply.js'
import type { DeskError } from './desk-error.js'
import type { Expected } from './expected.js'
import { checkAct, checkPicture } from './check.js'
import { type Act, Turn, type TurnDeps, type TurnPlace, type WaitOptions } from './turn.js'

/** What a person of a desk works with. */
export interface PersonDeps extends TurnDeps {
  readonly bot: string
  /** Throws when the desk is closed. */
  readonly checkOpen: () => void
  /** The error for an event that no bot will ever receive, or `null` when one will. */
  readonly unheard: (event: string, what: string, place: TurnPlace) => DeskError | null
}

/** A picture to look at, for messages with one. */
const PICTURE = 'https://example.test/picture.png'

/** A person who talks to the bot of a desk. */
export class DeskPerson {
  /** The person of the simulator, for everything else that people do. */
  readonly person: Person
  readonly #deps: PersonDeps
  readonly #all: Turn

  /** @internal */
  constructor(deps: PersonDeps, person: Person) {
    this.#deps = deps
    this.person = person
    this.#all = new Turn(deps, this.#place(), { what: person.person, anchors: null, click: null })
  }

  /**
   * Says something to the bot; in groups and channels the message mentions the bot, unless `at` is `false`.
   *
   * @example
   *   await desk.user('ann').say('/ping').expect('pong')
   *
   * @throws DeskError when no bot will ever receive the message; RangeError when the person is muted
   */
  say(text: string, options?: SayOptions): Turn {
    return this.#act(`${this.person.person}: ${text}`, () => {
      const { id, eventId } = this.person.say(text, options)
      return { anchors: [id, eventId], event: eventId, click: null }
    })
  }

  /**
   * Sends a picture, with a text if there is one.
   *
   * @param picture its address, or its bytes, which the bot can download
   */
  sendPicture(picture: string | Uint8Array = PICTURE, text = ''): Turn {
    checkPicture(picture)
    const name = 'picture.png'
    const attachment =
      typeof picture === 'string'
        ? { url: picture, content_type: 'image/png', filename: name }
        : this.#deps.sim.file(picture, { name })
    return this.say(text, { attachments: [attachment] })
  }

  /**
   * Presses a button of the bot's newest message that has it: by id, data or label.
   *
   * @example
   *   await ann.press('Yes').expect('Here is your tea.')
   *
   * @throws RangeError when there is no such button; DeskError when no bot will ever receive the press
   */
  press(button: string | Press): Turn {
    checkPress(button)
    const name = typeof button === 'string' ? button : button.button
    return this.#act(`${this.person.person} presses [${name}]`, () => {
      const { id, eventId } = this.person.press(button)
      return { anchors: [id, eventId], event: eventId, click: id }
    })
  }

  /**
   * Does anything else that the simulator offers; replies to the event whose id it returns, and messages without an anchor, are
   * its answers.
   *
   * @example
   *   const reply = await cat.say('hi').expect()
   *   await cat.does(() => desk.sim.channel('general').user('cat').react(reply.entry.id, '277')).expect('thanks')
   *
   * @throws DeskError when no bot will ever receive the event
   */
  does(act: () => string | void): Turn {
    checkAct(act)
    this.#deps.checkOpen()
    const place = this.#place()
    const what = `${this.person.person} acts`
    const event = act()
    const error = event === undefined ? null : this.#deps.unheard(event, what, place)
    if (error) throw error
    return new Turn(this.#deps, place, { what, anchors: event === undefined ? [] : [event], click: null })
  }

  /** Adds the bot as a friend. */
  befriend(): Turn {
    return this.#happen('adds the bot', () => this.person.befriend())
  }

  /** Joins the group or the guild of the channel. */
  join(): Turn {
    return this.#happen('joins', () => this.person.join())
  }

  /** Leaves it. */
  leave(): Turn {
    return this.#happen('leaves', () => this.person.leave())
  }

  /**
   * Waits for the next message of the bot in this conversation, a reply or not.
   *
   * @throws DeskError with a report
   */
  async expect(expected?: Expected, options?: WaitOptions): Promise<Reply> {
    return this.#all.expect(expected, options)
  }

  /**
   * Makes sure that the bot says nothing more in this conversation.
   *
   * @throws DeskError with a report
   */
  async expectNothing(options?: { readonly within?: number }): Promise<void> {
    return this.#all.expectNothing(options)
  }

  #happen(what: string, act: () => string): Turn {
    return this.#act(`${this.person.person} ${what}`, () => {
      const event = act()
      return { anchors: [event], event, click: null }
    })
  }

  #act(
    what: string,
    act: () => Omit<Act, 'what'> & { readonly anchors: readonly string[]; readonly event: string },
  ): Turn {
    this.#deps.checkOpen()
    const place = this.#place()
    const { anchors, event, click } = act()
    const error = this.#deps.unheard(event, what, place)
    if (error) throw error
    return new Turn(this.#deps, place, { what, anchors, click })
  }

  #place(): TurnPlace {
    const { sim, bot } = this.#deps
    const since = (sim.log.entries().at(-1)?.n ?? 0) + 1
    return { bot, scene: this.person.scene, peerId: this.person.id, since }
  }
}
