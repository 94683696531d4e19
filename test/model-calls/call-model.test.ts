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
  start,
  text,
} from '../../activities/model-calls/test-requests.js';
import { ProviderFailure } from '../../activities/providers/port.js';
import { placesOf, readAll } from '../../activities/replies/test-events.js';
import type { ReplyAttachment } from '../../workflows/contracts/ports.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import {
  createInstallation,
  type GatewayProcess,
  type Installation,
  startProcess,
} from '../replies/gateway-process.js';
import { end, grantCredit, reserve, store } from '../replies/stored-requests.js';
import { asRecorded, attemptsOf } from './attempt-table.js';
import { callModelIn } from './vendor-process.js';

const wholeAnswer = [
  frameOf(start),
  frameOf(text('Hi')),
  frameOf(finish()),
  frameOf(reported({ input: 10, output: 5 })),
];
/** What that answer costs at the plan's prices. */
const price = 20_000n;

describe('one attempt', () => {
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

  /** A request that was planned, with its content in this process and its caller connected to it. */
  async function begin(
    fields: Partial<RequestInput> = {},
    heldNanoUsd?: bigint,
  ): Promise<{ readonly request: RequestInput; readonly caller: ReplyAttachment }> {
    const request = requestOf(fields);
    await reserve(here.database, request, heldNanoUsd);
    here.content.hold(request.requestId, callOf());
    const { requestId, retention } = request;
    return { request, caller: here.replies.attach(requestId, { slowReaderMs: 30_000, retention }) };
  }

  it('is recorded, and reaches its caller whole', async () => {
    const { request, caller } = await begin();
    const provider = answering(...wholeAnswer);
    const reading = readAll(caller.events);
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    expect(outcome).toMatchObject({ number: 1, status: 'answered', chargeNanoUsd: `${price}` });
    expect(provider.attempts).toHaveLength(1);
    expect(provider.attempts[0]).toMatchObject({
      call: callOf(),
      maxOutputTokens: 1_000,
      attemptKey: `${request.requestId}:1`,
    });
    const events = await reading;
    expect(placesOf(events)).toEqual(['1:0', '1:1', '1:2', '1:3', 'answered']);
    expect(events.at(-1)).toEqual({
      type: 'answered',
      summary: {
        attempt: 1,
        offerId: 'acme/model',
        vendor: 'acme',
        usage: { units: { input: 10, output: 5 }, source: 'reported' },
        chargeNanoUsd: '20000',
      },
    });
    expect(await attemptsOf(here.database, request)).toMatchObject([
      { number: 1, state: 'recorded', calls: 1, status: 'answered', failure_class: null, charge: price },
    ]);
    expect((await attemptsOf(here.database, request))[0]?.outcome).toEqual(asRecorded(outcome));
    // Its request has ended by the same transaction.
    expect(outcome.finished).toEqual({ state: 'settled', chargedNanoUsd: `${price}` });
    const [row] = await here.database.query<{ state: string; charged: bigint }>({
      text: 'SELECT state, charged FROM requests.requests WHERE id = $1',
      values: [request.requestId],
    });
    expect(row).toEqual({ state: 'settled', charged: price });
  });

  it('is recorded before its caller sees the end of it', async () => {
    const { request, caller } = await begin();
    const running = callModelIn(here, { provider: answering(...wholeAnswer) })(inputOf(request));
    const states: string[] = [];
    for await (const event of caller.events) {
      if (event.type !== 'frame' || event.frame.events[0]?.type !== 'finish') continue;
      states.push(...(await attemptsOf(there.database, request)).map(({ state }) => state));
    }
    expect(states).toEqual(['recorded']);
    await running;
  });

  it('that failed is recorded too, and its caller told nothing: another may answer', async () => {
    const { request, caller } = await begin();
    const failure = { class: 'overloaded', httpStatus: 529, retryAfterMs: 2_000 } as const;
    const provider = providerOf(async function* () {
      yield frameOf(start);
      throw new ProviderFailure(failure, { message: 'echoes a canary' });
    });
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'failed', failure, chargeNanoUsd: '0' });
    expect(JSON.stringify(outcome)).not.toContain('canary');
    expect(await attemptsOf(here.database, request)).toMatchObject([
      { state: 'recorded', status: 'failed', failure_class: 'overloaded', charge: 0n, outcome },
    ]);
    expect(here.replies.recall(request.requestId)).toEqual({ message: 'echoes a canary' });
    const next = await callModelIn(here, { provider: answering(...wholeAnswer) })(inputOf(request, { number: 2 }));
    expect(next.status).toBe('answered');
    expect(placesOf(await readAll(caller.events))).toEqual(['2:0', '2:1', '2:2', '2:3', 'answered']);
  });

  it('cut in the middle is charged for what went out, and its caller told so', async () => {
    const { request, caller } = await begin();
    const provider = providerOf(async function* () {
      yield frameOf(text('12345678'));
      throw new ProviderFailure({ class: 'cut' }, { message: 'The vendor broke off.' });
    });
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    // 400 bytes of input and 8 of output, at four a token.
    expect(outcome).toMatchObject({ status: 'partial', failure: { class: 'cut' }, chargeNanoUsd: '104000' });
    expect((await readAll(caller.events)).at(-1)).toEqual({
      type: 'failed',
      failure: { class: 'cut' },
      detail: { message: 'The vendor broke off.' },
      summary: expect.objectContaining({ attempt: 1, chargeNanoUsd: '104000' }),
    });
  });

  it('charges what was held at the most, and records what it cost', async () => {
    const { request } = await begin({}, price - 1n);
    const outcome = await callModelIn(here, { provider: answering(...wholeAnswer) })(inputOf(request));
    expect(outcome.chargeNanoUsd).toBe('19999');
    expect(await attemptsOf(here.database, request)).toMatchObject([{ charge: price, outcome: asRecorded(outcome) }]);
  });

  it('is joined by a second execution in its process', async () => {
    const { request } = await begin();
    const provider = answering(...wholeAnswer);
    const callModel = callModelIn(here, { provider });
    const [first, second] = await Promise.all([callModel(inputOf(request)), callModel(inputOf(request))]);
    expect(second).toBe(first);
    expect(provider.attempts).toHaveLength(1);
  });

  it('is waited for by a second execution in another process, which then has the same outcome', async () => {
    const { request } = await begin();
    const [sending, waiting, vendor] = [createGate(), createGate(), createGate()];
    const provider = providerOf(async function* () {
      yield frameOf(text('Hi'));
      sending.open();
      await vendor.opened;
      yield frameOf(finish(), reported({ input: 10, output: 5 }));
    });
    const first = callModelIn(here, { provider })(inputOf(request));
    await sending.opened;
    const activity = () => ({ cancelled: new AbortController().signal, heartbeat: waiting.open });
    const second = callModelIn(there, { provider, overrides: { activity } })(inputOf(request));
    await waiting.opened;
    vendor.open();
    expect(await second).toEqual(asRecorded(await first));
    expect(provider.attempts).toHaveLength(1);
    expect(await attemptsOf(here.database, request)).toMatchObject([
      { calls: 1, owner: expect.stringMatching(/^gw_a/) },
    ]);
  });

  it('that is recorded is not made again, whoever has left or died since', async () => {
    const { request, caller } = await begin();
    const outcome = await callModelIn(here, { provider: answering(...wholeAnswer) })(inputOf(request));
    caller.leave('abort');
    const again = answering(...wholeAnswer);
    expect(await callModelIn(here, { provider: again })(inputOf(request))).toEqual(asRecorded(outcome));
    expect(await callModelIn(there, { provider: again, alive: [] })(inputOf(request))).toEqual(asRecorded(outcome));
    expect(again.attempts).toEqual([]);
  });

  it('may be one of several of a request, each recorded under its number', async () => {
    const { request } = await begin();
    const failing = providerOf(() => {
      throw new ProviderFailure({ class: 'overloaded' }, { message: '' });
    });
    await callModelIn(here, { provider: failing })(inputOf(request, { number: 2 }));
    await callModelIn(here, { provider: answering(...wholeAnswer) })(inputOf(request, { number: 1 }));
    expect((await attemptsOf(here.database, request)).map(({ number, state }) => `${number} ${state}`)).toEqual([
      '1 recorded',
      '2 recorded',
    ]);
  });

  describe('is not sent', () => {
    /** Makes an attempt that must not reach the vendor; the outcome's class, and the rows there are. */
    async function unsent(
      request: RequestInput,
      options: Partial<Parameters<typeof callModelIn>[1]> = {},
      where = here,
    ) {
      const provider = answering(...wholeAnswer);
      const outcome = await callModelIn(where, { provider, ...options })(inputOf(request));
      expect(provider.attempts).toEqual([]);
      expect(outcome).toMatchObject({ status: 'failed', usage: { units: {}, source: 'none' }, chargeNanoUsd: '0' });
      return { class: outcome.failure?.class, rows: await attemptsOf(here.database, request) };
    }

    it('where the caller has left', async () => {
      const { request, caller } = await begin();
      caller.leave('abort');
      expect(await unsent(request)).toEqual({ class: 'cancelled', rows: [] });
    });

    it('where the caller leaves while the vendor has us wait', async () => {
      const { request, caller } = await begin();
      const provider = answering(...wholeAnswer);
      const running = callModelIn(here, { provider })(inputOf(request, { delayMs: 3_600_000 }));
      caller.leave('abort');
      expect(await running).toMatchObject({ status: 'failed', failure: { class: 'cancelled' } });
      expect(provider.attempts).toEqual([]);
    });

    it('where its activity is cancelled', async () => {
      const { request } = await begin();
      const activity = () => ({ cancelled: AbortSignal.abort(new Error('CANCELLED')), heartbeat: () => {} });
      expect(await unsent(request, { overrides: { activity } })).toEqual({ class: 'cancelled', rows: [] });
    });

    it('where somebody asked to cancel the request', async () => {
      const { request } = await begin();
      await there.database.query({
        text: 'UPDATE requests.requests SET cancel_requested_at = now() WHERE id = $1',
        values: [request.requestId],
      });
      expect(await unsent(request)).toEqual({ class: 'cancelled', rows: [] });
    });

    it('where the request has ended', async () => {
      const { request } = await begin();
      await end(there.database, request);
      expect(await unsent(request)).toEqual({ class: 'cancelled', rows: [] });
    });

    it('where the process that holds its caller is dead, and nobody else can get the answer', async () => {
      const request = requestOf({ holder: 'gw_dead' });
      await reserve(here.database, request);
      await store(here, request, callOf());
      expect(await unsent(request, { alive: [] }, there)).toEqual({ class: 'content_gone', rows: [] });
    });

    it('where its content is gone', async () => {
      const { request } = await begin();
      here.content.drop(request.requestId);
      const { class: failureClass, rows } = await unsent(request);
      expect(failureClass).toBe('content_gone');
      expect(rows).toMatchObject([{ state: 'recorded', status: 'failed', failure_class: 'content_gone', charge: 0n }]);
    });

    it('where its vendor is not configured in this process', async () => {
      const { request } = await begin();
      const { class: failureClass, rows } = await unsent(request, {
        overrides: { accounts: { find: () => undefined, note: () => {} } },
      });
      expect(failureClass).toBe('internal');
      expect(rows).toMatchObject([{ state: 'recorded', status: 'failed', failure_class: 'internal' }]);
    });
  });

  it('of a keyed request is made though the process that held its caller is dead', async () => {
    const request = requestOf({ holder: 'gw_dead', keyed: true, retention: 'kept', stream: false });
    await reserve(here.database, request);
    await store(here, request, callOf());
    const provider = answering(frameOf(text('Hi'), finish(), reported({ input: 10, output: 5 })));
    const outcome = await callModelIn(there, { provider, alive: [] })(inputOf(request));
    expect(outcome.status).toBe('answered');
    const events = await readAll(here.replies.follow(request.requestId, new AbortController().signal));
    expect(placesOf(events)).toEqual(['1:0', 'answered']);
  });

  it('of a caller who leaves stops the vendor and is recorded as far as it came', async () => {
    const { request, caller } = await begin();
    const sending = createGate();
    const provider = providerOf(async function* ({ signal }) {
      yield frameOf(text('1234'));
      sending.open();
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    });
    const running = callModelIn(here, { provider })(inputOf(request));
    await sending.opened;
    caller.leave('abort');
    expect(await running).toMatchObject({
      status: 'partial',
      failure: { class: 'cancelled' },
      chargeNanoUsd: '102000',
    });
  });

  it('of a caller who leaves and wants it finished is finished', async () => {
    const { request, caller } = await begin({ onDisconnect: 'finish' });
    const [sending, vendor] = [createGate(), createGate()];
    const provider = providerOf(async function* () {
      yield frameOf(text('1234'));
      sending.open();
      await vendor.opened;
      yield* wholeAnswer;
    });
    const running = callModelIn(here, { provider })(inputOf(request));
    await sending.opened;
    caller.leave('finish');
    vendor.open();
    expect(await running).toMatchObject({ status: 'answered' });
  });
});
