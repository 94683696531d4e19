import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFlows } from '../../workers/request-worker.js';
import type { CallModelInput, PlanResult, RequestResult } from '../../workflows/contracts/requests.js';
import type { JobCallResult } from '../../workflows/contracts/jobs.js';
import type { JobInput } from '../../workflows/flows/steps/job-steps.js';
import { callQueueOf } from '../../workflows/flows/steps/queues.js';
import { WAITS_OF_A_RUN } from '../../workflows/flows/steps/timeouts.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';
import { testTemporal } from '../support/services.js';

// A job that waits for its place for so long that its flow goes on as a new run. Its steps are played by the test.

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

const candidates = ['a', 'b'].map((vendor) => ({ offerId: `${vendor}/x`, vendor, model: 'x' }));
const plan: PlanResult = { status: 'reserved', candidates, heldNanoUsd: '1' };

it('goes on in a new run with what the earlier one has brought', async () => {
  const asked: number[] = [];
  let plans = 0;
  const callForJob = ({ number, candidate }: CallModelInput): Promise<JobCallResult> => {
    asked.push(number);
    const outcome = {
      number,
      ...candidate,
      usage: { units: {}, source: 'none' },
      chargeNanoUsd: '0',
      durationMs: 1,
    } as const;
    if (number === 1) {
      const failure = { class: 'overloaded' } as const;
      return Promise.resolve({ status: 'called', outcome: { ...outcome, status: 'failed', failure } });
    }
    const isFree = asked.length > WAITS_OF_A_RUN + 3;
    return Promise.resolve(
      isFree ? { status: 'called', outcome: { ...outcome, status: 'answered' } } : { status: 'wait', againMs: 1 },
    );
  };
  const steps = {
    planAndReserve: () => {
      plans += 1;
      return Promise.resolve(plan);
    },
    settle: () => Promise.resolve({ state: 'settled', chargedNanoUsd: '1' }),
    release: () => Promise.resolve({ state: 'released', chargedNanoUsd: '0' }),
  };
  const common = { connection: native, namespace };
  const flows = await Worker.create({ ...common, taskQueue, workflowBundle: await bundleFlows(), activities: steps });
  const calls = await Worker.create({ ...common, taskQueue: callQueueOf(taskQueue), activities: { callForJob } });
  const terms = { deadlineAt: new Date(Date.now() + 3_600_000).toISOString(), priority: 3 };
  const input = {
    requestId: `${taskQueue}-1`,
    lane: 'job',
    job: terms,
    models: ['x'],
    deadlines: { totalMs: 60_000 },
  };
  const client = new Client({ connection, namespace });
  const work = async (): Promise<void> => {
    const handle = await client.workflow.start('job', {
      ...{ taskQueue, workflowId: input.requestId, args: [input as unknown as JobInput] },
    });
    const result = (await handle.result()) as RequestResult;
    expect(result).toMatchObject({ status: 'answered', vendor: 'b', attempts: 2, chargedNanoUsd: '1' });
    const first = await client.workflow.getHandle(input.requestId, handle.firstExecutionRunId).describe();
    expect(first.status.name).toBe('CONTINUED_AS_NEW');
  };
  await flows.runUntil(calls.runUntil(work()));
  // The first vendor is asked once, whatever run asks the second.
  expect(asked.filter((number) => number === 1)).toHaveLength(1);
  expect(plans).toBe(2);
}, 180_000);
