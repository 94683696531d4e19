import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answering,
  callOf,
  finish,
  frameOf,
  inputOf,
  reported,
  requestOf,
  text,
} from '../../activities/model-calls/test-requests.js';
import { frameEvent, placesOf, readAll } from '../../activities/replies/test-events.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import {
  createInstallation,
  type GatewayProcess,
  type Installation,
  startProcess,
} from '../replies/gateway-process.js';
import { grantCredit, reserve, store } from '../replies/stored-requests.js';
import { asRecorded, attemptsOf, lapse, leaveSending } from './attempt-table.js';
import { callModelIn } from './vendor-process.js';

const plainAnswer = frameOf(text('Hi'), finish(), reported({ input: 10, output: 5 }));
const checkpoint: Usage = { units: { input: 100, output: 50 }, source: 'counted' };
/** What the checkpoint costs at the plan's prices. */
const checkpointNanoUsd = 200_000n;
const plain = { stream: false } as const;
const plainKeyed = { stream: false, keyed: true, retention: 'kept' } as const;
const stored = { stored: true, retention: 'kept' } as const;
const streamKeyed = { keyed: true, retention: 'kept' } as const;

describe('an attempt whose sender died', () => {
  let installation: Installation;
  let here: GatewayProcess;
  beforeAll(async () => {
    installation = await createInstallation();
    here = await startProcess(installation);
    await grantCredit(here.database);
  });
  afterAll(async () => {
    await here.close();
    await installation.drop();
  });

  /** A request whose first attempt was left as `sending` under a lease that is over. */
  async function left(
    fields: Partial<RequestInput>,
    row: Parameters<typeof leaveSending>[2] = {},
  ): Promise<RequestInput> {
    const request = requestOf(fields);
    await reserve(here.database, request);
    if (request.retention !== 'zdr') await store(here, request, callOf());
    else here.content.hold(request.requestId, callOf());
    await leaveSending(here.database, request, row);
    return request;
  }
  const attach = ({ requestId, retention }: RequestInput) =>
    here.replies.attach(requestId, { slowReaderMs: 30_000, retention });

  it('is called once more where it is plain and keyed, and charged once', async () => {
    const request = await left(plainKeyed);
    const caller = attach(request);
    const provider = answering(plainAnswer);
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'answered', chargeNanoUsd: '20000' });
    expect(provider.attempts).toHaveLength(1);
    expect(await attemptsOf(here.database, request)).toMatchObject([
      { state: 'recorded', calls: 2, status: 'answered', charge: 20_000n, owner: expect.stringMatching(/^gw_a/) },
    ]);
    expect(placesOf(await readAll(caller.events))).toEqual(['1:0', 'answered']);
  });

  it('is not called a third time', async () => {
    const request = await left(plainKeyed, { calls: 2 });
    const provider = answering(plainAnswer);
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'lease_lapsed' }, chargeNanoUsd: '0' });
    expect(provider.attempts).toEqual([]);
    expect(await attemptsOf(here.database, request)).toMatchObject([{ state: 'recorded', calls: 2 }]);
  });

  it('begins its log anew where it is called again', async () => {
    const request = await left(plainKeyed);
    const contentKey = await here.rows.keyOf(request.requestId, 'kept');
    const position = { attempt: 1, firstSequence: 3 };
    await here.database.query(
      here.log.appending(request.requestId, contentKey!, position, [frameEvent(3, 'of the first call')]),
    );
    await callModelIn(here, { provider: answering(plainAnswer) })(inputOf(request));
    const events = await readAll(here.replies.follow(request.requestId, new AbortController().signal));
    expect(placesOf(events)).toEqual(['1:0', 'answered']);
  });

  it.each<[string, Partial<RequestInput>]>([
    ['a stream', {}],
    ['a keyed stream', streamKeyed],
    ['a stored stream', stored],
    ['a stored stream that is to be finished', { ...stored, onDisconnect: 'finish' }],
    ['a stream whose holder died with it', { holder: 'gw_dead' }],
    ['a stream under zero data retention', { retention: 'zdr' }],
  ])('is settled at its checkpoint where it is %s', async (_, fields) => {
    const request = await left(fields, { checkpoint });
    const caller = attach(request);
    const provider = answering(plainAnswer);
    const outcome = await callModelIn(here, { provider, alive: [] })(inputOf(request));
    expect(outcome).toMatchObject({
      status: 'partial',
      failure: { class: 'lease_lapsed' },
      usage: checkpoint,
      chargeNanoUsd: `${checkpointNanoUsd}`,
    });
    expect(provider.attempts).toEqual([]);
    expect(await attemptsOf(here.database, request)).toMatchObject([
      { state: 'recorded', calls: 1, status: 'partial', charge: checkpointNanoUsd, outcome: asRecorded(outcome) },
    ]);
    expect(await readAll(caller.events)).toMatchObject([
      { type: 'failed', failure: { class: 'lease_lapsed' }, summary: { attempt: 1, chargeNanoUsd: '200000' } },
    ]);
  });

  it('is settled though nobody waits for it any more', async () => {
    const request = await left({ holder: 'gw_dead' }, { checkpoint });
    const outcome = await callModelIn(here, { provider: answering(plainAnswer), alive: [] })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'partial', chargeNanoUsd: `${checkpointNanoUsd}` });
    expect(await attemptsOf(here.database, request)).toMatchObject([{ state: 'recorded' }]);
  });

  it('is settled though its caller has left meanwhile', async () => {
    const request = await left({}, { checkpoint });
    attach(request).leave('abort');
    const outcome = await callModelIn(here, { provider: answering(plainAnswer) })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'partial', chargeNanoUsd: `${checkpointNanoUsd}` });
  });

  it.each<[string, Partial<RequestInput>]>([
    ['a stream', {}],
    ['plain and unkeyed', plain],
    ['plain and stored', { ...plain, ...stored }],
    ['plain, stored and to be finished', { ...plain, ...stored, onDisconnect: 'finish' }],
    ['plain and keyed under zero data retention', { ...plain, keyed: true, retention: 'zdr' }],
    ['a paid job', { ...plainKeyed, lane: 'job' }],
  ])('has failed, at no charge, where nothing was counted and it is %s', async (_, fields) => {
    const request = await left(fields);
    const caller = attach(request);
    const provider = answering(plainAnswer);
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'lease_lapsed' }, chargeNanoUsd: '0' });
    expect(provider.attempts).toEqual([]);
    expect(await attemptsOf(here.database, request)).toMatchObject([
      { state: 'recorded', status: 'failed', failure_class: 'lease_lapsed', charge: 0n },
    ]);
    // The release tells the caller, as after every failure without content.
    expect(caller.ended).toBe(false);
  });

  it('tells whoever fetches a stored answer what came of it', async () => {
    const request = await left(stored, { checkpoint });
    await callModelIn(here, { provider: answering(plainAnswer), alive: [] })(inputOf(request));
    const events = await readAll(here.replies.follow(request.requestId, new AbortController().signal));
    expect(events).toMatchObject([{ type: 'failed', failure: { class: 'lease_lapsed' } }]);
  });

  it('is taken over by one of the processes that find it, and the others have its outcome', async () => {
    const request = await left(plainKeyed);
    const other = await startProcess(installation, { id: 'gw_b' });
    const provider = answering(plainAnswer);
    const outcomes = await Promise.all(
      [here, other, here, other].map((process) => callModelIn(process, { provider })(inputOf(request))),
    );
    expect(provider.attempts).toHaveLength(1);
    for (const outcome of outcomes) expect(asRecorded(outcome)).toEqual(asRecorded(outcomes[0]!));
    expect(await attemptsOf(here.database, request)).toMatchObject([{ calls: 2, status: 'answered' }]);
    await other.close();
  });

  it('that had died while it waited out a second lapse is settled, not called', async () => {
    const request = await left(plainKeyed);
    const stuck = new Error('this process dies here');
    const dying = callModelIn(here, {
      provider: answering(plainAnswer),
      overrides: { plans: { read: () => Promise.reject(stuck), forget: () => {} } },
    });
    await expect(dying(inputOf(request))).rejects.toBe(stuck);
    await lapse(here.database, request);
    const provider = answering(plainAnswer);
    expect(await callModelIn(here, { provider })(inputOf(request))).toMatchObject({
      status: 'failed',
      failure: { class: 'lease_lapsed' },
    });
    expect(provider.attempts).toEqual([]);
  });
});
