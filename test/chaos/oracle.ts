import { judgeByCrashTable } from './crash-table.js';
import type { RoundFacts, Violation } from './facts.js';
import { judgeAttempts, judgeEnd, judgeVendors } from './judge-books.js';
import { judgeCaller } from './judge-caller.js';
import { judgeStored } from './judge-stored.js';
import type { StageName } from './stage-names.js';

/** Everything in a round that must not be, from Postgres, the vendors' own log and what callers saw. */
export function judgeRound(round: RoundFacts): readonly Violation[] {
  return [
    ...round.requests.flatMap((request) => [...judgeEnd(request), ...judgeAttempts(request)]),
    ...judgeVendors(round),
    ...round.calls.flatMap((call) => judgeCaller(call, round)),
    ...judgeStored(round),
    ...judgeCount(round),
    ...judgeStage(round),
    ...judgePolicy(round),
  ];
}

/** Nothing accepted is lost, and nothing is in the books that nobody asked for. */
function judgeCount({ calls, accepted, requests }: RoundFacts): readonly Violation[] {
  if (requests.length >= accepted && requests.length <= calls.length) return [];
  return [{ about: 'all', what: `${requests.length} requests in the books, ${accepted} to ${calls.length} expected` }];
}

function judgePolicy({ left, requests, victim }: RoundFacts): readonly Violation[] {
  if (left !== undefined) {
    return requests
      .filter(({ holder }) => holder === left.holder)
      .flatMap((request) =>
        judgeByCrashTable(
          request,
          left.attempts.findLast(({ requestId }) => requestId === request.id),
        ),
      );
  }
  // The process that holds the callers lives: nothing is called twice, whatever becomes of the others.
  return requests
    .filter(({ attempts }) => attempts.some((attempt) => attempt.calls > 1))
    .map(({ id }) => ({ about: id, what: `was called again although only ${victim} was killed` }));
}

/**
 * The kill met what it was meant to meet; otherwise a green run would show nothing. The sandbox has no barrier at the
 * vendor, and what falls back is at its second attempt where others are at their first.
 */
function judgeStage({ stage, left, calls, requests }: RoundFacts): readonly Violation[] {
  if (left === undefined) return [];
  const held = calls.filter(({ late, spec }) => !late && !spec.fallback && spec.expectedText !== undefined);
  const simple = new Set(requests.filter(({ models }) => models.length === 1).map(({ id }) => id));
  const attempts = left.attempts.filter(({ vendor, requestId }) => vendor !== 'sandbox' && simple.has(requestId));
  const logged = held.filter(({ spec }) => spec.idempotencyKey !== undefined || spec.stored === true);
  // Of a keyed and of a stored request the outcome is one statement of a transaction, whose commit a dead process never
  // sends; of the others it is one with the settlement.
  const unlogged = held.length - logged.length;
  const expected: { readonly [S in StageName]: { readonly rows: number; readonly recorded: number } } = {
    'before-start': { rows: 0, recorded: 0 },
    'before-reservation': { rows: 0, recorded: 0 },
    'after-reservation': { rows: left.dismissed ? 0 : held.length, recorded: 0 },
    'vendor-call': { rows: held.length, recorded: 0 },
    'mid-stream': { rows: held.length, recorded: 0 },
    'before-outcome': { rows: held.length, recorded: left.dismissed ? 0 : unlogged },
    'before-settlement': { rows: held.length, recorded: left.dismissed ? logged.length : held.length },
  };
  const found = { rows: attempts.length, recorded: attempts.filter(({ state }) => state === 'recorded').length };
  const { [stage]: wanted } = expected;
  if (found.rows === wanted.rows && found.recorded === wanted.recorded) return [];
  return [{ about: 'all', what: `met ${JSON.stringify(found)} at ${stage} instead of ${JSON.stringify(wanted)}` }];
}
