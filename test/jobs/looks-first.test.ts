import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFlows } from '../../workers/request-worker.js';
import type { CallModelInput, PlanResult } from '../../workflows/contracts/requests.js';
import type { JobCallResult } from '../../workflows/contracts/jobs.js';
import type { JobInput } from '../../workflows/flows/steps/job-steps.js';
import { callQueueOf } from '../../workflows/flows/steps/queues.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';
import { testTemporal } from '../support/services.js';

// In what line a job's flow puts its calls. Its steps are played by the test.

const taskQueue = `test-${randomBytes(6).toString('hex')}-jobs`;
const { address, namespace } = testTemporal();
let connection: Connection;
let native: NativeConnection;
beforeAll(async () => {
  installQuietRuntime();
  connection = await Connection.connect({ address });
  native = await NativeConnection.connect({ address });
}, 60_000);
afterAll(async () => {
  await native?.close();
  await connection?.close();
});

it('asks about what is at a vendor before others are handed in', async () => {
  const candidate = { offerId: 'a/x', vendor: 'a', model: 'x' };
  const plan: PlanResult = { status: 'reserved', candidates: [candidate], heldNanoUsd: '1' };
  const results: JobCallResult[] = [
    { status: 'wait', againMs: 1 },
    { status: 'wait', againMs: 1, atVendor: true },
    { status: 'wait', againMs: 1, atVendor: true },
  ];
  const callForJob = ({ number }: CallModelInput): Promise<JobCallResult> => {
    const usage = { units: {}, source: 'none' } as const;
    const made = { number, ...candidate, usage, chargeNanoUsd: '0', durationMs: 1, status: 'answered' } as const;
    return Promise.resolve(results.shift() ?? { status: 'called', outcome: made });
  };
  const steps = {
    planAndReserve: () => Promise.resolve(plan),
    settle: () => Promise.resolve({ state: 'settled', chargedNanoUsd: '1' }),
  };
  const common = { connection: native, namespace };
  const flows = await Worker.create({ ...common, taskQueue, workflowBundle: await bundleFlows(), activities: steps });
  const calls = await Worker.create({ ...common, taskQueue: callQueueOf(taskQueue), activities: { callForJob } });
  const terms = { deadlineAt: new Date(Date.now() + 3_600_000).toISOString(), priority: 3 };
  const input = { requestId: `${taskQueue}-1`, lane: 'job', job: terms, models: ['x'], deadlines: { totalMs: 60_000 } };
  const handle = await new Client({ connection, namespace }).workflow.start('job', {
    ...{ taskQueue, workflowId: input.requestId, args: [input as unknown as JobInput] },
    priority: { priorityKey: 3, fairnessKey: 'org_a' },
  });
  await flows.runUntil(calls.runUntil(handle.result()));
  const { events = [] } = await handle.fetchHistory();
  const scheduled = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: one }) =>
    one?.activityType?.name === 'callForJob' ? [one.priority?.priorityKey ?? 0] : [],
  );
  // The first two asked for a place, and the others for the job that had one. 0 is the flow's own.
  expect(scheduled).toEqual([0, 0, 1, 1]);
}, 120_000);
