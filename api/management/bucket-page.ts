import { createHash } from 'node:crypto';
import type { TimeBucket } from '../../workflows/contracts/usage-reports.js';
import { refused } from '../http/refused-error.js';

const PREFIX = 'page_';

/**
 * Where a report goes on: what is left of its stretch of time, its end included, so that pages add up also while time goes on.
 * `query` is what it was made for; a cursor is good for the same query only.
 */
export function nextPage(rest: TimeBucket, query: unknown): string {
  return `${PREFIX}${Buffer.from(JSON.stringify([rest.from, rest.until, fingerprint(query)])).toString('base64url')}`;
}

/** The stretch that a cursor stands for; refused where it is not one of ours, or of another query. */
export function readPage(page: string, query: unknown, stretch: TimeBucket): TimeBucket {
  const [from, until, print] = decode(page);
  const message =
    "The cursor in 'page' is not one of this query: begin anew without it, or repeat the query unchanged.";
  const isOurs = typeof from === 'number' && typeof until === 'number' && print === fingerprint(query);
  // Whoever makes one up gets no further than the query itself would have got.
  if (!isOurs || !(stretch.from < from && from < until && until <= stretch.until)) {
    throw refused('invalid_request', message, { param: 'page' });
  }
  return { from, until };
}

function decode(page: string): readonly unknown[] {
  if (!page.startsWith(PREFIX)) return [];
  try {
    const decoded: unknown = JSON.parse(Buffer.from(page.slice(PREFIX.length), 'base64url').toString());
    return Array.isArray(decoded) ? decoded : [];
  } catch {
    return [];
  }
}

function fingerprint(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('hex').slice(0, 16);
}
