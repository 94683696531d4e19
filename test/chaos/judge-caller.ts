import { nanoToUsd } from '../../workflows/domain/money.js';
import type { CallFacts, RoundFacts, Violation } from './facts.js';
import { readSeen, type Reading } from './reading.js';

type Round = Pick<RoundFacts, 'victim' | 'requests'>;

/** What a caller saw, and what it saw when it asked again. */
export function judgeCaller(call: CallFacts, round: Round): readonly Violation[] {
  const { spec, seen, again, late } = call;
  const reading = readSeen(seen, spec);
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
  { requests }: Round,
): readonly string[] {
  if (kind === 'false-end') return ['saw an end that is neither an answer nor an error'];
  if (spec.expectedText !== undefined && !spec.expectedText.startsWith(text))
    return ['saw another text than the vendor sent'];
  const request = requests.find(({ id }) => id === requestId);
  if (kind === 'whole') {
    if (request?.state !== 'settled')
      return [`saw a whole answer of ${String(requestId)}, which is ${String(request?.state)}`];
    const status = request.attempts.find(({ number }) => number === request.attempt)?.status;
    return [
      ...(status === 'answered' ? [] : [`saw a whole answer that was recorded as ${String(status)}`]),
      ...(spec.expectedText === undefined || spec.expectedText === text ? [] : ['saw less than the vendor sent']),
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
function judgeRepeat(call: CallFacts, again: CallFacts['seen'], first: Reading, round: Round): readonly string[] {
  const { spec, seen } = call;
  const reading = readSeen(again, spec);
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
  // What is paid for can be read.
  if (request?.attempts.at(-1)?.status === 'partial' && (reading.kind !== 'partial' || reading.text === '')) {
    found.push(`again: ${reading.kind} of an answer that was charged in part`);
  }
  return found;
}
