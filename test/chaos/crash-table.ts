import type { AttemptFacts, RequestFacts, Violation } from './facts.js';

/**
 * The table of docs/durability.md, read as a reader of it would: what becomes of a request whose gateway was killed, by the
 * row that it left. Written out here on its own, so that a slip in the code's table is found.
 */
export function judgeByCrashTable(request: RequestFacts, left: AttemptFacts | undefined): readonly Violation[] {
  const cell = cellOf(request, left);
  const last = request.attempts.at(-1);
  const problems = expectations[cell]({ request, left, last }).map((what) => ({
    about: request.id,
    what: `${cell}: ${what}`,
  }));
  return problems;
}

type Cell =
  | 'nothing sent, keyed'
  | 'nothing sent'
  | 'recorded'
  | 'failed, keyed'
  | 'failed'
  | 'lapsed, plain and keyed'
  | 'lapsed, counted'
  | 'lapsed';

function cellOf({ keyed, stream }: RequestFacts, left: AttemptFacts | undefined): Cell {
  if (left === undefined) return keyed ? 'nothing sent, keyed' : 'nothing sent';
  // Of the next attempt nothing was sent.
  if (left.status === 'failed') return keyed ? 'failed, keyed' : 'failed';
  if (left.state === 'recorded') return 'recorded';
  if (keyed && !stream) return 'lapsed, plain and keyed';
  return left.checkpoint === null ? 'lapsed' : 'lapsed, counted';
}

interface Case {
  readonly request: RequestFacts;
  readonly left: AttemptFacts | undefined;
  readonly last: AttemptFacts | undefined;
}

const expectations: { readonly [C in Cell]: (facts: Case) => readonly string[] } = {
  'nothing sent, keyed': ({ request, last }) => [
    ...is('state', request.state, 'settled'),
    ...is('status', last?.status, 'answered'),
    ...is('calls', last?.calls, 1),
  ],
  'nothing sent': ({ request, last }) => [
    ...is('state', request.state, 'released'),
    ...is('failure class', request.failureClass, 'content_gone'),
    ...is('calls answered', last?.status === 'answered', false),
  ],
  'failed, keyed': ({ request, left, last }) => [
    ...is('state', request.state, 'settled'),
    ...is('status', last?.status, 'answered'),
    ...is('attempts', request.attempts.length, (left?.number ?? 0) + 1),
  ],
  failed: ({ request, left }) => [
    ...is('state', request.state, 'released'),
    ...is('failure class', request.failureClass, 'content_gone'),
    ...is('attempts', request.attempts.length, left?.number),
  ],
  recorded: ({ request, left, last }) => [
    ...is('state', request.state, 'settled'),
    ...is('calls', last?.calls, 1),
    ...is('status', last?.status, left?.status),
    ...is('charge', request.charged, BigInt(left?.chargeNanoUsd ?? -1)),
  ],
  'lapsed, plain and keyed': ({ request, left, last }) => [
    ...is('state', request.state, 'settled'),
    ...is('status', last?.status, 'answered'),
    // Where nothing had been sent after all, the second call may be the one that the first vendor refuses.
    ...is('calls', request.attempts.find(({ number }) => number === left?.number)?.calls, 2),
  ],
  'lapsed, counted': ({ request, left, last }) => [
    ...is('state', request.state, 'settled'),
    ...is('status', last?.status, 'partial'),
    ...is('failure class', last?.failureClass, 'lease_lapsed'),
    ...is('calls', last?.calls, 1),
    ...is('usage', JSON.stringify(last?.usage), JSON.stringify(left?.checkpoint)),
  ],
  lapsed: ({ request, last }) => [
    ...is('state', request.state, 'released'),
    ...is('failure class', request.failureClass, 'lease_lapsed'),
    ...is('status', last?.status, 'failed'),
    ...is('calls', last?.calls, 1),
  ],
};

function is<T>(what: string, found: T, expected: T): readonly string[] {
  return found === expected ? [] : [`${what} is ${String(found)} instead of ${String(expected)}`];
}
