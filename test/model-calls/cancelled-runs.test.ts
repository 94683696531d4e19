import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import type { RunningActivity } from '../../activities/model-calls/waiting-activities.js';
import { createNotifications } from '../../activities/storage/notifications.js';
import type { AttemptOutcome, CallModelInput, RequestInput } from '../../workflows/contracts/requests.js';
import {
  createInstallation,
  type GatewayProcess,
  type Installation,
  startProcess,
} from '../replies/gateway-process.js';
import { grantCredit, reserve } from '../replies/stored-requests.js';
import { attemptsOf } from './attempt-table.js';
import { callModelIn } from './vendor-process.js';

// Temporal's SDK cancels a lost run's activities and a cancelled workflow's alike: by `CANCELLED`, `cancelRequested`.

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

type CallModel = (input: CallModelInput) => Promise<AttemptOutcome>;

/** Runs the activity as a worker does, which can cancel it. */
function runIn(environment: MockActivityEnvironment, callModel: CallModel, request: RequestInput) {
  return environment.run((input: CallModelInput) => callModel(input), inputOf(request));
}

function activity(): RunningActivity {
  return { cancelled: Context.current().cancellationSignal, heartbeat: () => {} };
}

/** A request whose caller is here, and a vendor that has begun to answer and waits, unless it is stopped. */
async function begin() {
  const request = requestOf();
  await reserve(here.database, request);
  here.content.hold(request.requestId, callOf());
  here.replies.attach(request.requestId, { slowReaderMs: 30_000, retention: request.retention });
  const [sending, vendor] = [createGate(), createGate()];
  const provider = providerOf(async function* () {
    yield frameOf(text('1234'));
    sending.open();
    await vendor.opened;
    yield frameOf(finish(), reported({ input: 10, output: 5 }));
  });
  return { request, provider, sending, vendor };
}

describe('a call whose activity is cancelled', () => {
  it('goes on where only the run was lost, and is joined by the next run', async () => {
    const { request, provider, sending, vendor } = await begin();
    const asked: string[] = [];
    const isUnwanted = (requestId: string): Promise<boolean> => {
      asked.push(requestId);
      return Promise.resolve(false);
    };
    const callModel = callModelIn(here, { provider, overrides: { activity, isUnwanted } });
    const lost = new MockActivityEnvironment({ isLocal: true });
    const first = runIn(lost, callModel, request);
    await sending.opened;
    lost.cancel();
    const second = runIn(new MockActivityEnvironment({ isLocal: true }), callModel, request);
    vendor.open();
    expect(await second).toMatchObject({ status: 'answered', finished: { state: 'settled' } });
    expect(await first).toEqual(await second);
    expect(asked).toEqual([request.requestId]);
    expect(provider.attempts).toHaveLength(1);
  });

  it('stops where the workflow was cancelled after all, which the next run hears', async () => {
    const { request, provider, sending } = await begin();
    let unwanted = false;
    const isUnwanted = (): Promise<boolean> => Promise.resolve(unwanted);
    const callModel = callModelIn(here, { provider, overrides: { activity, isUnwanted } });
    const [lost, next] = [new MockActivityEnvironment(), new MockActivityEnvironment()];
    const first = runIn(lost, callModel, request);
    await sending.opened;
    lost.cancel();
    const second = runIn(next, callModel, request);
    unwanted = true;
    next.cancel();
    expect(await second).toMatchObject({ status: 'partial', failure: { class: 'cancelled' }, chargeNanoUsd: '102000' });
    expect(await first).toEqual(await second);
  });

  it('stops with its worker, without a question', async () => {
    const { request, provider, sending } = await begin();
    const isUnwanted = (): Promise<boolean> => Promise.reject(new Error('not to be asked'));
    const environment = new MockActivityEnvironment();
    const running = runIn(environment, callModelIn(here, { provider, overrides: { activity, isUnwanted } }), request);
    await sending.opened;
    environment.cancel('WORKER_SHUTDOWN');
    // As after a crash: nobody has asked for it.
    expect(await running).toMatchObject({ status: 'partial', failure: { class: 'lease_lapsed' } });
    expect(here.errors).toEqual([]);
  });

  it('is stopped by the next run from another process', async () => {
    const { request, provider, sending } = await begin();
    const listener = createNotifications({ url: installation.url, channels: ['sluice_cancel'], onError: () => {} });
    listener.on('sluice_cancel', (requestId) => {
      if (requestId !== undefined) here.replies.abort(requestId, 'cancelled');
    });
    const first = callModelIn(here, { provider })(inputOf(request));
    await sending.opened;
    const next = new MockActivityEnvironment();
    const waiting = createGate();
    const heartbeat = waiting.open;
    const overrides = { activity: () => ({ ...activity(), heartbeat }) };
    const second = runIn(next, callModelIn(there, { provider, overrides }), request);
    await waiting.opened;
    next.cancel();
    expect(await second).toMatchObject({ status: 'partial', failure: { class: 'cancelled' } });
    expect(await first).toMatchObject({ status: 'partial' });
    expect(await attemptsOf(here.database, request)).toMatchObject([
      { calls: 1, owner: expect.stringMatching(/^gw_a/) as string },
    ]);
    await listener.close();
  });
});
