import type { FastifyRequest } from 'fastify';
import { refused } from '../http/refused-error.js';

/** The longest that a caller is held for a job's end, in seconds: what proxies on the way commonly allow. */
export const MOST_WAIT_SECONDS = 60;

const TOKEN = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*("?)([^"]*)\2)?$/;
const SECONDS = /^\d{1,9}$/;

/** What a caller prefers of how its request is served. */
export interface Preference {
  /** To be answered at once, and to come back for the result. */
  readonly respondAsync: boolean;
  /** How long it would wait for the result first. */
  readonly waitSeconds: number;
}

/**
 * `Prefer` (RFC 7240): `respond-async` and, beside it, `wait`. What else may be preferred is not heeded, as the RFC has it.
 * @throws RefusalError `invalid_request` of a `wait` that is no number of seconds.
 */
export function preferenceOf({ headers }: Pick<FastifyRequest, 'headers'>): Preference {
  const asked = new Map<string, string>();
  for (const preference of [headers['prefer'] ?? []].flat().join(',').split(',')) {
    // Parameters of a preference stand behind a semicolon; the two have none.
    const [, name = '', , value = ''] = TOKEN.exec(preference.split(';')[0]?.trim() ?? '') ?? [];
    // Of the same preference twice the first counts, says the RFC.
    if (name !== '' && !asked.has(name.toLowerCase())) asked.set(name.toLowerCase(), value);
  }
  const respondAsync = asked.has('respond-async');
  const wait = asked.get('wait');
  if (!respondAsync || wait === undefined) return { respondAsync, waitSeconds: 0 };
  if (!SECONDS.test(wait)) {
    const message = "'wait' in the header 'Prefer' must be a whole number of seconds, as in 'respond-async, wait=10'.";
    throw refused('invalid_request', message, { param: 'Prefer' });
  }
  return { respondAsync, waitSeconds: Math.min(Number(wait), MOST_WAIT_SECONDS) };
}

/** What of it is done, for `Preference-Applied`. */
export function appliedPreference({ waitSeconds }: Preference): string {
  return `respond-async${waitSeconds > 0 ? `, wait=${waitSeconds}` : ''}`;
}
