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

// Who makes the steps of a job's flow, and in what line it puts its calls. They are played by the test.

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

const candidate = { offerId: 'a/x', vendor: 'a', model: 'x' };
const plan: PlanResult = { status: 'reserved', candidates: [candidate], heldNanoUsd: '1' };
const finished = { state: 'settled', chargedNanoUsd: '1' } as const;

function answeredBy({ number }: CallModelInput, end?: typeof finished): JobCallResult {
  const usage = { units: {}, source: 'none' } as const;
  const made = { number, ...candidate, usage, chargeNanoUsd: '0', durationMs: 1, status: 'answered' } as const;
  return { status: 'called', outcome: { ...made, ...(end && { finished: end }) } };
}

interface Played {
  readonly callForJob: (input: CallModelInput) => Promise<JobCallResult>;
  readonly planAndReserve?: () => Promise<PlanResult>;
  readonly stepsInTask?: true;
}

/** The activities that Temporal handed out in a job whose steps are these, each with its name and its priority. */
async function handedOut({ callForJob, planAndReserve, stepsInTask }: Played): Promise<(readonly [string, number])[]> {
  const steps = {
    planAndReserve: planAndReserve ?? (() => Promise.resolve(plan)),
    settle: () => Promise.resolve(finished),
  };
  const common = { connection: native, namespace };
  const flows = await Worker.create({ ...common, taskQueue, workflowBundle: await bundleFlows(), activities: steps });
  const calls = await Worker.create({ ...common, taskQueue: callQueueOf(taskQueue), activities: { callForJob } });
  const deadlineAt = new Date(Date.now() + 3_600_000).toISOString();
  const terms = { deadlineAt, priority: 3, ...(stepsInTask && { stepsInTask }) };
  const requestId = `job-${randomBytes(6).toString('hex')}`;
  const input = { requestId, lane: 'job', job: terms, models: ['x'], deadlines: { totalMs: 60_000 } };
  const handle = await new Client({ connection, namespace }).workflow.start('job', {
    ...{ taskQueue, workflowId: input.requestId, args: [input as unknown as JobInput] },
    priority: { priorityKey: 3, fairnessKey: 'org_a' },
  });
  await flows.runUntil(calls.runUntil(handle.result()));
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: one }) =>
    one ? [[one.activityType?.name ?? '', one.priority?.priorityKey ?? 0] as const] : [],
  );
}

it('asks about what is at a vendor before others are handed in', async () => {
  const results: JobCallResult[] = [
    { status: 'wait', againMs: 1 },
    { status: 'wait', againMs: 1, atVendor: true },
    { status: 'wait', againMs: 1, atVendor: true },
  ];
  const out = await handedOut({ callForJob: (input) => Promise.resolve(results.shift() ?? answeredBy(input)) });
  const priorities = out.flatMap(([name, priority]) => (name === 'callForJob' ? [priority] : []));
  // The first two asked for a place, and the others for the job that had one. 0 is the flow's own.
  expect(priorities).toEqual([0, 0, 1, 1]);
}, 120_000);

const namesOf = (out: readonly (readonly [string, number])[]): readonly string[] => out.map(([name]) => name);

it('hands out the call alone, and settles only what was not settled with the record', async () => {
  const settled = { callForJob: (input: CallModelInput) => Promise.resolve(answeredBy(input, finished)) };
  expect(namesOf(await handedOut({ ...settled, stepsInTask: true }))).toEqual(['callForJob']);
  expect(namesOf(await handedOut(settled))).toEqual(['planAndReserve', 'callForJob']);
  const open = { callForJob: (input: CallModelInput) => Promise.resolve(answeredBy(input)) };
  expect(namesOf(await handedOut({ ...open, stepsInTask: true }))).toEqual(['callForJob']);
  expect(namesOf(await handedOut(open))).toEqual(['planAndReserve', 'callForJob', 'settle']);
}, 120_000);

it('hands a step out where it failed twice, and then for as long as it takes', async () => {
  let tries = 0;
  const out = await handedOut({
    stepsInTask: true,
    planAndReserve: () => {
      tries += 1;
      return tries <= 5 ? Promise.reject(new Error('away')) : Promise.resolve(plan);
    },
    callForJob: (input) => Promise.resolve(answeredBy(input, finished)),
  });
  expect(tries).toBe(6);
  expect(namesOf(out)).toEqual(['planAndReserve', 'callForJob']);
}, 120_000);
