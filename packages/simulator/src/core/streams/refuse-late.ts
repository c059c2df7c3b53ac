import { refuseInWords, type Answer } from '../http/answers.js'
import type { World } from '../world.js'

/**
 * The answer to a frame that came after the life of its stream. Only its text is known; 400 without a code is a choice
 * (§5.4.1, §9). `taken`: it was added and shown all the same.
 */
export const refuseLate = (world: World, taken: boolean): Answer =>
  refuseInWords(world, '同一流式消息发送超过时间限制', { status: 400, executed: taken })
