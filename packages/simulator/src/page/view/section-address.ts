const REFERENCE = 'https://github.com/qqkit/qqkit/blob/main/docs/protocol'

/** The page of each chapter of the protocol reference, by number. */
const chapterPages = [
  '00-sources.md',
  '01-credentials-and-token.md',
  '02-rest-conventions.md',
  '03-websocket-gateway.md',
  '04-events.md',
  '05-rest-endpoints.md',
  '06-replies-and-quotas.md',
  '07-webhook.md',
  '08-surprises.md',
  '09-open-questions.md',
  '10-changes.md',
]

/** The address of a section of the protocol reference, e.g. of `5.4.1`. */
export const sectionAddress = (section: string): string =>
  `${REFERENCE}/${chapterPages[Number.parseInt(section, 10)] ?? 'README.md'}#${section.replaceAll('.', '-')}`
