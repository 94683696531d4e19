import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answering,
  callOf,
  createGate,
  finish,
  frameOf,
  inputOf,
  providerOf,
  reported,
  requestOf,
  text,
} from '../../activities/model-calls/test-requests.js';
import { placesOf, readAll } from '../../activities/replies/test-events.js';
import type { AttemptOutcome, FinishResult, Retention } from '../../workflows/contracts/requests.js';
import { findInDatabase } from '../content/find-in-database.js';
import {
  createInstallation,
  type GatewayProcess,
  type Installation,
  startProcess,
} from '../replies/gateway-process.js';
import { grantCredit, reserve, store } from '../replies/stored-requests.js';
import { attemptsOf, lapse } from './attempt-table.js';
import { createFaultyDatabase } from '../replies/faulty-database.js';
import { callModelIn } from './vendor-process.js';

const answer = [frameOf(text('Hi')), frameOf(finish(), reported({ input: 10, output: 5 }))];
const retentions = ['interactive', 'kept', 'zdr'] as const;

describe('the record of an attempt', () => {
  let installation: Installation;
  let here: GatewayProcess;
  const faulty = createFaultyDatabase();
  beforeAll(async () => {
    installation = await createInstallation();
    here = await startProcess(installation, { wrap: faulty.wrap });
    await grantCredit(here.database);
  });
  afterAll(async () => {
    await here.close();
    await installation.drop();
  });

  /** Ends its request too, but where the end of the answer must be logged with it. */
  const statementOf = (retention: Retention): string =>
    retention === 'kept' ? 'attempt-record' : 'attempt-record-settle';

  const endOf = (retention: Retention, { chargeNanoUsd }: AttemptOutcome): FinishResult | undefined =>
    retention === 'kept' ? undefined : { state: 'settled', chargedNanoUsd: chargeNanoUsd };

  async function begin(retention: Retention) {
    const request = requestOf({ retention, keyed: retention === 'kept' });
    await reserve(here.database, request);
    if (retention === 'zdr') here.content.hold(request.requestId, callOf());
    else await store(here, request, callOf());
    const { requestId } = request;
    const caller = here.replies.attach(requestId, { slowReaderMs: 30_000, retention });
    return { request, reading: readAll(caller.events) };
  }

  it.each(retentions)(
    'waits for a Postgres that is away, and the end of the answer with it (%s)',
    async (retention) => {
      const { request, reading } = await begin(retention);
      const before = faulty.failures();
      faulty.failNext(statementOf(retention), 3);
      const provider = answering(...answer);
      const { finished, ...outcome } = await callModelIn(here, { provider })(inputOf(request));
      expect(finished).toEqual(endOf(retention, outcome));
      expect(faulty.failures() - before).toBe(3);
      expect(outcome.status).toBe('answered');
      expect(provider.attempts).toHaveLength(1);
      expect(await attemptsOf(here.database, request)).toMatchObject([{ state: 'recorded', calls: 1, outcome }]);
      expect(placesOf(await reading)).toEqual(['1:0', '1:1', 'answered']);
    },
  );

  it.each(retentions)('stands where only its confirmation was lost, and the caller is told (%s)', async (retention) => {
    const { request, reading } = await begin(retention);
    const before = faulty.failures();
    faulty.failNext(statementOf(retention), 1, 'after');
    const provider = answering(...answer);
    const { finished, ...outcome } = await callModelIn(here, { provider })(inputOf(request));
    expect(finished).toEqual(endOf(retention, outcome));
    expect(faulty.failures() - before).toBe(1);
    expect(outcome.status).toBe('answered');
    expect(provider.attempts).toHaveLength(1);
    expect(await attemptsOf(here.database, request)).toMatchObject([{ state: 'recorded', calls: 1, outcome }]);
    expect(placesOf(await reading)).toEqual(['1:0', '1:1', 'answered']);
    if (retention !== 'kept') return;
    const logged = await readAll(here.replies.follow(request.requestId, new AbortController().signal));
    expect(placesOf(logged)).toEqual(['1:0', '1:1', 'answered']);
  });

  it('that fails for another reason is not tried again, and nothing of the end goes out', async () => {
    const { request } = await begin('interactive');
    const caller = here.replies.attach(request.requestId, { slowReaderMs: 30_000, retention: 'interactive' });
    await here.database.query({
      text: `ALTER TABLE requests.attempts ADD CONSTRAINT refused CHECK (status IS DISTINCT FROM 'answered') NOT VALID`,
    });
    const provider = answering(...answer);
    await expect(callModelIn(here, { provider })(inputOf(request))).rejects.toMatchObject({ code: '23514' });
    await here.database.query({ text: 'ALTER TABLE requests.attempts DROP CONSTRAINT refused' });
    expect(provider.attempts).toHaveLength(1);
    expect(await attemptsOf(here.database, request)).toMatchObject([{ state: 'sending' }]);
    expect(placesOf(await readAll(caller.events, 1))).toEqual(['1:0']);
    // Its lease ends, and what is left is settled as after a crash.
    await lapse(here.database, request);
    expect(await callModelIn(here, { provider })(inputOf(request))).toMatchObject({
      failure: { class: 'lease_lapsed' },
    });
  });

  it('has, while the answer grows, a checkpoint that the lease is renewed with', async () => {
    const { request, reading } = await begin('interactive');
    const vendor = createGate();
    const provider = providerOf(async function* () {
      yield frameOf(reported({ input: 7 }), text('12345678'));
      await vendor.opened;
      yield* answer;
    });
    const running = callModelIn(here, { provider })(inputOf(request));
    const checkpoint = { units: { input: 7, output: 2 }, source: 'counted' };
    await expect
      .poll(() => attemptsOf(here.database, request), { timeout: 10_000 })
      .toMatchObject([{ state: 'sending', checkpoint }]);
    vendor.open();
    expect((await running).status).toBe('answered');
    await reading;
  });

  it('and everything else that is stored of it holds no content', async () => {
    const words = 'canary-of-an-answer';
    for (const retention of retentions) {
      const { request, reading } = await begin(retention);
      const provider = answering(frameOf(text(words)), frameOf(text(words), finish(), reported({ output: 1 })));
      await callModelIn(here, { provider })(inputOf(request));
      expect(JSON.stringify(await reading)).toContain(words);
    }
    expect(await findInDatabase(here.database, words)).toEqual([]);
  });
});
