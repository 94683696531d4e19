import { v7 } from 'uuid';

const PREFIX = 'req_';
const TIME_DIGITS = 12;
const REQUEST_ID = /^req_[0-9a-f]{32}$/;

/** A request's id, which is its workflow's id and its trace's root: `req_` and a version 7 UUID without dashes. */
export function mintRequestId(): string {
  return `${PREFIX}${v7().replaceAll('-', '')}`;
}

export function isRequestId(text: string): boolean {
  return REQUEST_ID.test(text);
}

/**
 * When an id was minted, in seconds since the epoch: the first 48 bits are the milliseconds. Taken from the id, so that
 * every process that renders the same answer gives it the same time.
 */
export function secondsOfRequestId(requestId: string): number {
  const milliseconds = Number.parseInt(requestId.slice(PREFIX.length, PREFIX.length + TIME_DIGITS), 16);
  return Math.floor(milliseconds / 1000);
}
