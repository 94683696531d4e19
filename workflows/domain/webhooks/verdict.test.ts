import { expect, it } from 'vitest';
import { verdictOf } from './verdict.js';

const now = Date.parse('2026-11-26T00:00:00Z');

it.each([
  [{ status: 200 }, { type: 'delivered' }],
  [{ status: 204 }, { type: 'delivered' }],
  [{ status: 299 }, { type: 'delivered' }],
  [{ status: 199 }, { type: 'retry', failure: 'status' }],
  [{ status: 301 }, { type: 'retry', failure: 'redirect' }],
  [{ status: 304 }, { type: 'retry', failure: 'redirect' }],
  [
    { status: 308, retryAfter: '5' },
    { type: 'retry', failure: 'redirect' },
  ],
  [{ status: 400 }, { type: 'retry', failure: 'status' }],
  [{ status: 401 }, { type: 'retry', failure: 'status' }],
  [{ status: 404 }, { type: 'retry', failure: 'status' }],
  [{ status: 410 }, { type: 'gone' }],
  [
    { status: 429, retryAfter: '7' },
    { type: 'retry', failure: 'status', wishMs: 7_000 },
  ],
  [
    { status: 503, retryAfter: 'Thu, 26 Nov 2026 00:01:00 GMT' },
    { type: 'retry', failure: 'status', wishMs: 60_000 },
  ],
  [
    { status: 503, retryAfter: 'Wed, 25 Nov 2026 00:00:00 GMT' },
    { type: 'retry', failure: 'status' },
  ],
  [
    { status: 503, retryAfter: 'soon' },
    { type: 'retry', failure: 'status' },
  ],
  [
    { status: 503, retryAfter: '0' },
    { type: 'retry', failure: 'status' },
  ],
  // Others have no business to put us off.
  [
    { status: 500, retryAfter: '7' },
    { type: 'retry', failure: 'status' },
  ],
  [{ failure: 'timeout' as const }, { type: 'retry', failure: 'timeout' }],
])('%j', (answer, expected) => expect(verdictOf(answer, now)).toEqual(expected));
