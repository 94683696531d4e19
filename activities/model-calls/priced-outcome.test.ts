import { describe, expect, it } from 'vitest';
import { toOutcome, toSummary } from './priced-outcome.js';
import type { AttemptRun } from './run-attempt.js';
import { candidate, inputOf, requestOf } from './test-requests.js';

const input = inputOf(requestOf(), { number: 3 });
const answered: AttemptRun = {
  status: 'answered',
  usage: { units: { input: 10, output: 5 }, source: 'reported' },
  tail: [{ type: 'frame', attempt: 3, sequence: 0, frame: { events: [] } }],
  detail: { message: 'content' },
  firstTokenMs: 12,
  durationMs: 34,
  vendorRequestId: 'vendor-1',
};

describe('the outcome of a run', () => {
  it('holds what a history may know, and neither frames nor messages', () => {
    expect(toOutcome(input, answered, candidate, 1_000_000n)).toEqual({
      outcome: {
        number: 3,
        offerId: 'acme/model',
        vendor: 'acme',
        model: 'model',
        status: 'answered',
        usage: answered.usage,
        chargeNanoUsd: '20000',
        firstTokenMs: 12,
        durationMs: 34,
        vendorRequestId: 'vendor-1',
      },
      cost: 20_000n,
    });
  });

  it('charges the hold at the most, and keeps the real cost', () => {
    const { outcome, cost } = toOutcome(input, answered, candidate, 19_999n);
    expect(outcome.chargeNanoUsd).toBe('19999');
    expect(cost).toBe(20_000n);
  });

  it('charges a part that went out', () => {
    const failure = { class: 'cut' } as const;
    const { outcome } = toOutcome(input, { ...answered, status: 'partial', failure }, candidate, 1_000_000n);
    expect(outcome).toMatchObject({ status: 'partial', failure, chargeNanoUsd: '20000' });
  });

  it('charges nothing where nothing went out, and keeps what was reported as the cost of it', () => {
    const failure = { class: 'overloaded', httpStatus: 529 } as const;
    const { outcome, cost } = toOutcome(input, { ...answered, status: 'failed', failure }, candidate, 1_000_000n);
    expect(outcome).toMatchObject({ status: 'failed', failure, chargeNanoUsd: '0' });
    expect(cost).toBe(20_000n);
  });

  it("charges nothing where the caller's own account served, and keeps the cost for the records", () => {
    const ofOwn = { ...input, candidate: { ...input.candidate, credentialId: 'cred_1' } };
    const { outcome, cost } = toOutcome(ofOwn, answered, { ...candidate, isOwn: true }, 1_000_000n);
    expect(outcome).toMatchObject({ credentialId: 'cred_1', isOwn: true, chargeNanoUsd: '0' });
    expect(cost).toBe(20_000n);
    expect(toSummary(outcome, cost)).toMatchObject({ chargeNanoUsd: '0', ownCostNanoUsd: '20000' });
    // The operator's credential is the operator's to pay.
    const ofOperator = toOutcome(ofOwn, answered, { ...candidate, credentialId: 'cred_1' }, 1_000_000n);
    expect(ofOperator.outcome.chargeNanoUsd).toBe('20000');
    expect(toSummary(ofOperator.outcome, cost)).not.toHaveProperty('ownCostNanoUsd');
  });

  it('charges nothing where the plan is gone', () => {
    expect(toOutcome(input, answered, undefined, 0n)).toMatchObject({ outcome: { chargeNanoUsd: '0' }, cost: 0n });
  });
});
