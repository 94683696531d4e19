import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import { SUMMARY, textFrame } from '../testing/fake-answers.js';
import { withBackstop } from './with-backstop.js';

const RECORD: RequestRecord = {
  id: 'req_1',
  organizationId: 'org_1',
  projectId: 'proj_1',
  state: 'reserved',
  models: ['sandbox/echo'],
  stream: false,
  retention: 'interactive',
  keyed: false,
  stored: false,
  createdAt: '2026-11-01T00:00:00.000Z',
  attempts: [],
};
const ENDED: RequestRecord = { ...RECORD, state: 'released', failureClass: 'lease_lapsed', endedAt: RECORD.createdAt };

/** Reads a reply of which nothing comes after `before`; `push` is the activity's end of it. */
function follow(before: readonly ReplyEvent[], find: () => Promise<RequestRecord | undefined>) {
  let push: (event: ReplyEvent) => void = () => {};
  async function* source(): AsyncGenerator<ReplyEvent> {
    yield* before;
    for (;;) {
      yield await new Promise<ReplyEvent>((resolve) => {
        push = resolve;
      });
    }
  }
  const seen: ReplyEvent[] = [];
  const errors: unknown[] = [];
  const options = {
    find,
    checkEveryMs: 5_000,
    graceMs: 2_000,
    giveUpAfterMs: 60_000,
    onError: (e: unknown) => void errors.push(e),
  };
  const done = (async () => {
    for await (const event of withBackstop(source(), options)) {
      seen.push(event);
      if (event.type !== 'frame') return;
    }
  })();
  return { seen, errors, done, push: (event: ReplyEvent) => push(event) };
}

describe('withBackstop', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('passes events on, and looks at nothing while they come', async () => {
    const find = vi.fn(() => Promise.resolve(RECORD));
    const reply = follow([textFrame(0, 'a')], find);
    await vi.advanceTimersByTimeAsync(4_999);
    reply.push({ type: 'answered', summary: SUMMARY });
    await reply.done;
    expect(reply.seen.map(({ type }) => type)).toEqual(['frame', 'answered']);
    expect(find).not.toHaveBeenCalled();
  });

  it('waits as long as the request runs', async () => {
    const find = vi.fn(() => Promise.resolve(RECORD));
    const reply = follow([], find);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(find).toHaveBeenCalledTimes(120);
    expect(reply.seen).toEqual([]);
    reply.push({ type: 'answered', summary: SUMMARY });
    await reply.done;
    expect(reply.seen).toHaveLength(1);
  });

  it('ends with the record’s failure two seconds after it has ended', async () => {
    const reply = follow([], () => Promise.resolve(ENDED));
    await vi.advanceTimersByTimeAsync(6_999);
    expect(reply.seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await reply.done;
    expect(reply.seen).toEqual([{ type: 'failed', failure: { class: 'lease_lapsed' }, detail: { message: '' } }]);
  });

  it('prefers an end that was only late', async () => {
    const reply = follow([], () => Promise.resolve(ENDED));
    await vi.advanceTimersByTimeAsync(6_000);
    reply.push({ type: 'answered', summary: SUMMARY });
    await reply.done;
    expect(reply.seen.map(({ type }) => type)).toEqual(['answered']);
  });

  it('says what was charged for an answer that was not heard of', async () => {
    const attempt = {
      number: 1,
      offerId: 'sandbox/echo',
      vendor: 'sandbox',
      model: 'echo',
      state: 'recorded' as const,
    };
    const outcome = { status: 'answered' as const, chargeNanoUsd: '5', durationMs: 1, usage: SUMMARY.usage };
    const record: RequestRecord = {
      ...RECORD,
      state: 'settled',
      endedAt: RECORD.createdAt,
      chargedNanoUsd: '5',
      attempts: [{ ...attempt, ...outcome }],
    };
    const reply = follow([], () => Promise.resolve(record));
    await vi.advanceTimersByTimeAsync(7_000);
    expect(reply.seen).toMatchObject([
      { type: 'failed', failure: { class: 'lease_lapsed' }, summary: { vendor: 'sandbox', chargeNanoUsd: '5' } },
    ]);
  });

  it('gives a request up that never got a record', async () => {
    const reply = follow([], () => Promise.resolve(undefined));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(reply.seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_001);
    expect(reply.seen).toMatchObject([{ failure: { class: 'timeout_total' } }]);
  });

  it('looks again where the database was away', async () => {
    const find = vi
      .fn<() => Promise<RequestRecord>>()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue(ENDED);
    const reply = follow([], find);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(reply.errors).toHaveLength(1);
    expect(reply.seen).toHaveLength(1);
  });
});
