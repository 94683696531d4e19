import { nanoToUsd } from '../../workflows/domain/money.js';
import { judgeByCrashTable } from './crash-table.js';
import type { CallFacts, RequestFacts, RoundFacts, Violation } from './facts.js';
import { readSeen, type Reading } from './reading.js';
import type { StageName } from './stages.js';

/** Everything in a round that must not be, from Postgres, the vendors' own log and what callers saw. */
export function judgeRound(round: RoundFacts): readonly Violation[] {
  return [
    ...round.requests.flatMap((request) => [...judgeEnd(request), ...judgeAttempts(request)]),
    ...judgeVendors(round),
    ...round.calls.flatMap((call) => judgeCaller(call, round)),
    ...judgeCount(round),
    ...judgeStage(round),
    ...judgePolicy(round),
  ];
}

/** Ended once: with its hold resolved, and charged for what its outcome says, or for nothing. */
function judgeEnd(request: RequestFacts): readonly Violation[] {
  const { id, state, hold, posted, charged, attempts } = request;
  const found: string[] = [];
  if (!request.ended) found.push(`has not ended: ${state}`);
  if ((hold === null) !== (posted === null)) found.push(`hold ${String(hold)}, resolved with ${String(posted)}`);
  if (state === 'refused' && hold !== null) found.push('was refused with a hold');
  if (attempts.filter(({ status }) => status === 'answered').length > 1) found.push('has two answered attempts');
  const paid = attempts.find(({ number }) => number === request.attempt);
  if (state === 'settled') {
    if (paid?.status !== 'answered' && paid?.status !== 'partial') found.push(`settled at ${String(paid?.status)}`);
    const due = BigInt(paid?.chargeNanoUsd ?? -1);
    if (charged !== due || posted !== due) found.push(`charged ${String(charged)}, posted ${String(posted)}, due ${due}`);
  } else {
    if ((charged ?? 0n) !== 0n || (posted ?? 0n) !== 0n) found.push(`${state}, but charged ${String(charged)}`);
    // Content that a caller may have seen is what it pays for.
    if (attempts.some(({ status }) => status === 'answered' || status === 'partial')) found.push(`${state} with an answer`);
  }
  return found.map((what) => ({ about: id, what }));
}

/** No attempt was sent more often than the policy allows. */
function judgeAttempts(request: RequestFacts): readonly Violation[] {
  const allowed = request.keyed && !request.stream ? 2 : 1;
  return request.attempts
    .filter(({ calls }) => calls > allowed)
    .map(({ number, calls }) => ({ about: request.id, what: `attempt ${number} says ${calls} calls, allowed ${allowed}` }));
}

/** The vendors' own log has no call that no row knows of. */
function judgeVendors({ calls, requests, vendorCalls }: RoundFacts): readonly Violation[] {
  const found: Violation[] = [];
  const made = (tag: string): number => vendorCalls.filter((call) => call.tag === tag).length;
  for (const { spec, seen, again } of calls) {
    const ids = [seen.requestId, again?.requestId];
    const request = requests.find(({ id }) => ids.includes(id));
    const calledAgain = spec.idempotencyKey !== undefined && !spec.stream;
    const allowed = request ? sentBy(request) : 1 + (calledAgain ? 1 : 0) + (spec.fallback ? 1 : 0);
    if (made(spec.tag) > allowed) found.push({ about: spec.tag, what: `was sent ${made(spec.tag)} times, allowed ${allowed}` });
  }
  const known = requests.reduce((sum, request) => sum + sentBy(request), 0);
  if (vendorCalls.length > known) found.push({ about: 'all', what: `${vendorCalls.length} vendor calls, ${known} in the books` });
  return found;
}

/** Calls that the rows say were made over the network. */
function sentBy({ attempts }: RequestFacts): number {
  return attempts.reduce((sum, { vendor, calls }) => sum + (vendor === 'sandbox' ? 0 : calls), 0);
}

function judgeCaller(call: CallFacts, round: RoundFacts): readonly Violation[] {
  const { spec, seen, again, late } = call;
  const reading = readSeen(seen, spec.stream);
  const found = [...judgeReading(call, seen, reading, round)];
  // Only the gateway's own death may break a connection.
  if (reading.kind === 'lost' && round.victim !== 'gateway' && !late) found.push('lost its connection');
  if (reading.kind !== 'whole' && round.victim !== 'gateway' && !late) found.push(`saw ${reading.kind}, not an answer`);
  if (again !== undefined) found.push(...judgeRepeat(call, again, reading, round));
  return found.map((what) => ({ about: spec.tag, what }));
}

/** What a caller saw is what the books say. */
function judgeReading(
  { spec }: CallFacts,
  { requestId }: CallFacts['seen'],
  { kind, text, costUsd }: Reading,
  { requests }: RoundFacts,
): readonly string[] {
  if (kind === 'false-end') return ['saw an end that is neither an answer nor an error'];
  const request = requests.find(({ id }) => id === requestId);
  if (kind === 'whole') {
    if (request?.state !== 'settled') return [`saw a whole answer of ${String(requestId)}, which is ${String(request?.state)}`];
    const status = request.attempts.find(({ number }) => number === request.attempt)?.status;
    return [
      ...(status === 'answered' ? [] : [`saw a whole answer that was recorded as ${String(status)}`]),
      ...(spec.expectedText === undefined || spec.expectedText === text ? [] : ['saw another text than the vendor sent']),
      ...(costUsd === undefined || Number(costUsd) === Number(nanoToUsd(request.charged ?? 0n))
        ? []
        : [`was told a cost of ${costUsd}, charged ${String(request.charged)}`]),
    ];
  }
  const isCharged = request !== undefined && (request.charged ?? 0n) > 0n;
  // A whole answer is made of what the caller has already; an error without content is told for free.
  if (kind === 'error' && isCharged && !spec.idempotencyKey) return ['saw only an error and was charged'];
  return [];
}

/** A repeat gets what the first caller got or would have got; a plain one always a whole answer. */
function judgeRepeat(call: CallFacts, again: CallFacts['seen'], first: Reading, round: RoundFacts): readonly string[] {
  const { spec, seen } = call;
  const reading = readSeen(again, spec.stream);
  const request = round.requests.find(({ id }) => id === again.requestId);
  const found = judgeReading(call, again, reading, round).map((what) => `again: ${what}`);
  if (seen.requestId !== undefined && seen.status === 200 && seen.requestId !== again.requestId) {
    found.push(`again: is ${String(again.requestId)}, was ${seen.requestId}`);
  }
  if (first.kind === 'whole' && reading.kind !== 'whole') found.push(`again: ${reading.kind} of what was whole`);
  if (!spec.stream && reading.kind !== 'whole') found.push(`again: ${reading.kind} (${again.status}), not the answer`);
  if (spec.stream && reading.kind !== 'whole' && request?.attempts.at(-1)?.status === 'answered') {
    found.push(`again: ${reading.kind} of an answer that was recorded`);
  }
  if (reading.kind === 'lost') found.push('again: lost');
  return found;
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
      .flatMap((request) => judgeByCrashTable(request, left.attempts.findLast(({ requestId }) => requestId === request.id)));
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
  // Of a keyed request the outcome is one statement of a transaction, whose commit a dead process never sends.
  const recorded = stage === 'before-outcome' ? held.filter(({ spec }) => spec.idempotencyKey === undefined) : held;
  const expected: { readonly [S in StageName]: { readonly rows: number; readonly recorded: number } } = {
    'before-start': { rows: 0, recorded: 0 },
    'before-reservation': { rows: 0, recorded: 0 },
    'after-reservation': { rows: left.dismissed ? 0 : held.length, recorded: 0 },
    'vendor-call': { rows: held.length, recorded: 0 },
    'mid-stream': { rows: held.length, recorded: 0 },
    'before-outcome': { rows: held.length, recorded: left.dismissed ? 0 : recorded.length },
    'before-settlement': { rows: held.length, recorded: recorded.length },
  };
  const found = { rows: attempts.length, recorded: attempts.filter(({ state }) => state === 'recorded').length };
  const { [stage]: wanted } = expected;
  if (found.rows === wanted.rows && found.recorded === wanted.recorded) return [];
  return [{ about: 'all', what: `met ${JSON.stringify(found)} at ${stage} instead of ${JSON.stringify(wanted)}` }];
}
