import { errorRows, type ErrorTable } from './error-row.js'

/** Errors of menus and panels (§2.8). */
export const menuErrors: ErrorTable = errorRows(400, {
  40030001: 'param error',
  40030006: 'panel not exist',
  40030008: 'url must be https',
  40030009: 'concurrent operation',
  40030011: 'scope invalid',
  40030012: 'target_type invalid',
  40030013: 'count limit exceeded',
  40030014: 'menu type invalid',
  40030015: 'item type invalid',
  40030016: 'field missing',
  40030017: 'op invalid',
  40030018: 'not supported in this scene',
  40030020: 'unsafe content',
  40030021: 'global panel has no targets',
})
