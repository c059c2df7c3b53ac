// Publishing: the commands of the bot in the panels and the menu of the platform. What you do not import is not in your bundle.
export { publish, type PublishOptions } from './publish.js'
export type {
  ObstacleReason,
  PublishChange,
  PublishedPart,
  PublishObstacle,
  PublishReport,
} from './report.js'
export { PublishError, type PublishErrorCode } from './errors.js'
