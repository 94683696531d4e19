import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAttemptRows } from '../../activities/model-calls/attempt-rows.js';
import {
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
import { failedEvent, placesOf, readAll } from '../../activities/replies/test-events.js';
import type { AttemptOutcome, RequestInput } from '../../workflows/contracts/requests.js';
import {
  createInstallation,
  type GatewayProcess,
  type Installation,
  startProcess,
} from '../replies/gateway-process.js';
import { grantCredit, reserve, store } from '../replies/stored-requests.js';
import { attemptsOf, takeFrom } from './attempt-table.js';
import { callModelIn } from './vendor-process.js';

/** What the execution that has taken over records. */
const theirs: AttemptOutcome = {
  number: 1,
  offerId: 'acme/model',
  vendor: 'acme',
  model: 'model',
  status: 'partial',
  failure: { class: 'lease_lapsed' },
  usage: { units: { input: 100, output: 1 }, source: 'counted' },
  chargeNanoUsd: '102000',
  durationMs: 0,
};

describe('an execution that has lost its attempt', () => {
  let installation: Installation;
  let here: GatewayProcess;
  let there: GatewayProcess;
  beforeAll(async () => {
    installation = await createInstallation();
    here = await startProcess(installation, { id: 'gw_a' });
    there = await startProcess(installation, { id: 'gw_b' });
    await grantCredit(here.database);
  });
  afterAll(async () => {
    await here.close();
    await there.close();
    await installation.drop();
  });

  async function begin(fields: Partial<RequestInput> = {}) {
    const request = requestOf(fields);
    await reserve(here.database, request);
    await store(here, request, callOf());
    const { requestId, retention } = request;
    const caller = here.replies.attach(requestId, { slowReaderMs: 30_000, retention });
    return { request, reading: readAll(caller.events) };
  }
  /** A vendor that is in the middle of its answer until the test lets it go on. */
  function slowVendor() {
    const [sending, vendor] = [createGate(), createGate()];
    const provider = providerOf(async function* ({ signal }) {
      yield frameOf(text('1234'));
      sending.open();
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
      await Promise.race([vendor.opened, aborted]);
      yield frameOf(text(' and all the rest'));
      yield frameOf(finish(), reported({ input: 10, output: 5 }));
    });
    return { provider, sending: sending.opened, goOn: vendor.open };
  }
  /** The other execution ends the attempt as a process does where the caller is not connected. */
  async function recordThere(request: RequestInput): Promise<void> {
    const sink = await there.replies.open(request);
    const statements = await sink.durable([failedEvent]);
    await there.database.transaction(async (transaction) => {
      expect(await createAttemptRows(transaction).record(request.requestId, 'gw_b/1', theirs, 102_000n)).toBe(true);
      for (const statement of statements) await transaction.query(statement);
    });
    sink.close();
  }

  it.each(['interactive', 'kept'] as const)(
    'and finds out when it records gives the other outcome and tells the caller no end of its own (%s)',
    async (retention) => {
      const { request, reading } = await begin({ retention, keyed: retention === 'kept' });
      const { provider, sending, goOn } = slowVendor();
      const running = callModelIn(here, { provider })(inputOf(request));
      await sending;
      await takeFrom(here.database, request, 'gw_b/1');
      await recordThere(request);
      goOn();
      expect(await running).toEqual(theirs);
      expect(await attemptsOf(here.database, request)).toMatchObject([{ owner: 'gw_b/1', charge: 102_000n }]);
      // The end comes from the other's log, and the part before it is what had gone out.
      expect(placesOf(await reading).filter((place) => place !== '1:1')).toEqual(['1:0', 'failed']);
    },
  );

  it('and waits for the other to record gives what it records', async () => {
    const { request, reading } = await begin();
    const { provider, sending, goOn } = slowVendor();
    const waiting = createGate();
    const activity = () => ({ cancelled: new AbortController().signal, heartbeat: waiting.open });
    const running = callModelIn(here, { provider, overrides: { activity } })(inputOf(request));
    await sending;
    await takeFrom(here.database, request, 'gw_b/1');
    goOn();
    await waiting.opened;
    await recordThere(request);
    expect(await running).toEqual(theirs);
    expect(provider.attempts).toHaveLength(1);
    expect((await reading).at(-1)).toEqual(failedEvent);
  });

  it('and finds out when it renews its lease stops its vendor', async () => {
    const { request, reading } = await begin();
    const { provider, sending } = slowVendor();
    const running = callModelIn(here, { provider })(inputOf(request));
    await sending;
    await takeFrom(here.database, request, 'gw_b/1');
    await recordThere(request);
    // Within two seconds the renewal tells; the vendor would never have ended by itself.
    expect(await running).toEqual(theirs);
    expect(provider.attempts[0]?.signal.reason).toEqual({ class: 'lease_lapsed' });
    expect(placesOf(await reading)).toEqual(['1:0', 'failed']);
  });
});
