import { randomBytes } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFlows } from '../../workers/request-worker.js';
import type { CallModelInput, PlanResult, RequestResult } from '../../workflows/contracts/requests.js';
import type { JobCallResult } from '../../workflows/contracts/jobs.js';
import type { JobInput } from '../../workflows/flows/steps/job-steps.js';
import { callQueueOf } from '../../workflows/flows/steps/queues.js';
import { CALLS_THAT_COUNT, WAITS_OF_A_RUN } from '../../workflows/flows/steps/timeouts.js';
import { vendorSpoke } from '../../workflows/messages/vendor-spoke.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';
import { testTemporal } from '../support/services.js';

// A job that waits for so long, for its place or for its vendor, that its flow goes on as a new run. Its steps are played by the test.

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

interface Played {
  readonly callForJob: (input: CallModelInput) => Promise<JobCallResult>;
  readonly planAndReserve: () => Promise<PlanResult>;
  readonly deadlineAt?: number;
  /** As an earlier run would hand it over. */
  readonly atVendor?: number;
}

/** Runs a job whose steps are these; `during` has its handle while it runs. */
async function play(
  { callForJob, planAndReserve, deadlineAt = Date.now() + 3_600_000, atVendor }: Played,
  during?: (handle: WorkflowHandle) => Promise<void>,
): Promise<{ readonly result: RequestResult; readonly firstRun: string; readonly lastInput: readonly unknown[] }> {
  const requestId = `job-${randomBytes(6).toString('hex')}`;
  const steps = {
    planAndReserve,
    settle: () => Promise.resolve({ state: 'settled', chargedNanoUsd: '1' }),
    release: () => Promise.resolve({ state: 'released', chargedNanoUsd: '0' }),
  };
  const common = { connection: native, namespace };
  const flows = await Worker.create({ ...common, taskQueue, workflowBundle: await bundleFlows(), activities: steps });
  const calls = await Worker.create({ ...common, taskQueue: callQueueOf(taskQueue), activities: { callForJob } });
  const job = { deadlineAt: new Date(deadlineAt).toISOString(), priority: 3 };
  const input = { requestId, lane: 'job', job, models: ['x'], deadlines: { totalMs: 60_000 } };
  const client = new Client({ connection, namespace });
  const work = async () => {
    const handle = await client.workflow.start('job', {
      ...{ taskQueue, workflowId: requestId, args: [input as unknown as JobInput, [], atVendor] },
    });
    await during?.(handle);
    const result = (await handle.result()) as RequestResult;
    const first = await client.workflow.getHandle(requestId, handle.firstExecutionRunId).describe();
    const { events } = await client.workflow.getHandle(requestId).fetchHistory();
    const payloads = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const lastInput = payloads.map(({ data }) => JSON.parse(Buffer.from(data ?? []).toString() || 'null') as unknown);
    return { result, firstRun: first.status.name, lastInput };
  };
  return flows.runUntil(calls.runUntil(work()));
}

const outcomeOf = ({ number, candidate }: CallModelInput) =>
  ({ number, ...candidate, usage: { units: {}, source: 'none' }, chargeNanoUsd: '0', durationMs: 1 }) as const;

it('goes on in a new run with what the earlier one has brought', async () => {
  const asked: number[] = [];
  let plans = 0;
  const { result, firstRun, lastInput } = await play({
    callForJob: (input) => {
      asked.push(input.number);
      if (input.number === 1) {
        const failure = { class: 'overloaded' } as const;
        return Promise.resolve({ status: 'called', outcome: { ...outcomeOf(input), status: 'failed', failure } });
      }
      const isFree = asked.length > WAITS_OF_A_RUN + 3;
      return Promise.resolve(
        isFree
          ? { status: 'called', outcome: { ...outcomeOf(input), status: 'answered' } }
          : { status: 'wait', againMs: 1, atVendor: true },
      );
    },
    planAndReserve: () => {
      plans += 1;
      return Promise.resolve(plan);
    },
  });
  expect(result).toMatchObject({ status: 'answered', vendor: 'b', attempts: 2, chargedNanoUsd: '1' });
  expect(firstRun).toBe('CONTINUED_AS_NEW');
  // The first vendor is asked once, whatever run asks the second.
  expect(asked.filter((number) => number === 1)).toHaveLength(1);
  expect(plans).toBe(2);
  // And the last run was told which attempt is at its vendor.
  expect(lastInput[2]).toBe(2);
}, 180_000);

it('stops at its vendor, at its deadline, what the earlier run has left there', async () => {
  const stops: (string | undefined)[] = [];
  const { result } = await play({
    ...{ atVendor: 1, deadlineAt: Date.now() - 1 },
    callForJob: (input) => {
      stops.push(input.stop);
      const failure = { class: 'timeout_total' } as const;
      return Promise.resolve({ status: 'called', outcome: { ...outcomeOf(input), status: 'failed', failure } });
    },
    planAndReserve: () => Promise.resolve(plan),
  });
  expect(stops).toEqual(['timeout_total']);
  expect(result).toMatchObject({ status: 'failed', failure: { class: 'timeout_total' }, attempts: 1 });
}, 60_000);

it('looks at once for each of the first calls of its vendor, and then by its timers again', async () => {
  let looks = 0;
  let seen = (): void => undefined;
  const { result } = await play(
    {
      callForJob: (input) => {
        looks += 1;
        seen();
        const failure = { class: 'cancelled' } as const;
        return Promise.resolve(
          input.stop === undefined
            ? { status: 'wait', againMs: 600_000, atVendor: true }
            : { status: 'called', outcome: { ...outcomeOf(input), status: 'failed', failure } },
        );
      },
      planAndReserve: () => Promise.resolve(plan),
    },
    async (handle) => {
      for (let call = 1; call <= CALLS_THAT_COUNT; call += 1) {
        const before = looks;
        await handle.signal(vendorSpoke, 1);
        while (looks === before) await new Promise<void>((resolve) => (seen = resolve));
      }
      const before = looks;
      // Of another attempt, and one too many: neither is looked for.
      await handle.signal(vendorSpoke, 2);
      await handle.signal(vendorSpoke, 1);
      await handle.cancel();
      expect(looks - before).toBeLessThanOrEqual(1);
    },
  );
  expect(result).toMatchObject({ status: 'failed', failure: { class: 'cancelled' } });
  expect(looks).toBeGreaterThan(CALLS_THAT_COUNT);
  expect(looks).toBeLessThanOrEqual(CALLS_THAT_COUNT + 2);
}, 180_000);
