/** What the page asked for cannot be done; the message is for the person at the page. */
export class InputError extends Error {}
