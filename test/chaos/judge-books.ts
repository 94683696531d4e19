import type { RequestFacts, RoundFacts, Violation } from './facts.js';

/** Ended once: with its hold resolved, and charged for what its outcome says, or for nothing. */
export function judgeEnd(request: RequestFacts): readonly Violation[] {
  const { id, state, hold, posted, attempts } = request;
  const found: string[] = [];
  if (!request.ended) found.push(`has not ended: ${state}`);
  if ((hold === null) !== (posted === null)) found.push(`hold ${String(hold)}, resolved with ${String(posted)}`);
  if (state === 'refused' && hold !== null) found.push('was refused with a hold');
  if (attempts.filter(({ status }) => status === 'answered').length > 1) found.push('has two answered attempts');
  found.push(...judgeCharge(request));
  return found.map((what) => ({ about: id, what }));
}

function judgeCharge({ state, charged, posted, attempt, attempts }: RequestFacts): readonly string[] {
  if (state === 'settled') {
    const paid = attempts.find(({ number }) => number === attempt);
    const due = BigInt(paid?.chargeNanoUsd ?? -1);
    const isContent = paid?.status === 'answered' || paid?.status === 'partial';
    return [
      ...(isContent ? [] : [`settled at ${String(paid?.status)}`]),
      ...(charged === due && posted === due
        ? []
        : [`charged ${String(charged)}, posted ${String(posted)}, due ${due}`]),
    ];
  }
  const isFree = (charged ?? 0n) === 0n && (posted ?? 0n) === 0n;
  // Content that a caller may have seen is what it pays for.
  const hasContent = attempts.some(({ status }) => status === 'answered' || status === 'partial');
  return [
    ...(isFree ? [] : [`${state}, but charged ${String(charged)}`]),
    ...(hasContent ? [`${state} with an answer`] : []),
  ];
}

/** No attempt was sent more often than the policy allows. */
export function judgeAttempts(request: RequestFacts): readonly Violation[] {
  const allowed = request.keyed && !request.stream ? 2 : 1;
  return request.attempts
    .filter(({ calls }) => calls > allowed)
    .map(({ number, calls }) => ({
      about: request.id,
      what: `attempt ${number} says ${calls} calls, allowed ${allowed}`,
    }));
}

/** The vendors' own log has no call that no row knows of. */
export function judgeVendors({
  calls,
  requests,
  vendorCalls,
}: Pick<RoundFacts, 'calls' | 'requests' | 'vendorCalls'>): readonly Violation[] {
  const found: Violation[] = [];
  const made = (tag: string): number => vendorCalls.filter((call) => call.tag === tag).length;
  for (const { spec, seen, again } of calls) {
    const ids = [seen.requestId, again?.requestId];
    const request = requests.find(({ id }) => ids.includes(id));
    const calledAgain = spec.idempotencyKey !== undefined && !spec.stream;
    const allowed = request ? sentBy(request) : 1 + (calledAgain ? 1 : 0) + (spec.fallback ? 1 : 0);
    if (made(spec.tag) > allowed)
      found.push({ about: spec.tag, what: `was sent ${made(spec.tag)} times, allowed ${allowed}` });
  }
  const known = requests.reduce((sum, request) => sum + sentBy(request), 0);
  if (vendorCalls.length > known)
    found.push({ about: 'all', what: `${vendorCalls.length} vendor calls, ${known} in the books` });
  return found;
}

/** Calls that the rows say were made over the network. */
function sentBy({ attempts }: RequestFacts): number {
  return attempts.reduce((sum, { vendor, calls }) => sum + (vendor === 'sandbox' ? 0 : calls), 0);
}
