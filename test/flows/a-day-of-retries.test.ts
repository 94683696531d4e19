import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFlows } from '../../workers/request-worker.js';
import type { DeliveryStep, SendWebhookInput } from '../../workflows/contracts/webhooks.js';
import { RETRY_SECONDS, retryDelayMs } from '../../workflows/domain/webhooks/retries.js';
import { installQuietRuntime } from '../support/quiet-runtime.js';

// The flow of a delivery over a whole day, by a server of Temporal's that skips the time in which nothing happens. It comes from Maven
// (`.ci/run` fetches it where there is Java), and is named by a program that takes its port as its one argument.

const path = process.env['SLUICE_TEST_TIME_SKIPPING'] ?? '';
if (path === '') console.warn('flows: SLUICE_TEST_TIME_SKIPPING is not set: the day of retries is skipped');

const secondMs = 1_000;

describe.skipIf(path === '')('a webhook that nobody takes', () => {
  let environment: TestWorkflowEnvironment;
  let bundle: { readonly code: string };
  beforeAll(async () => {
    installQuietRuntime();
    bundle = await bundleFlows();
    environment = await startEnvironment(5);
  }, 120_000);
  afterAll(() => environment?.teardown());

  /** The SDK waits for five seconds, which a busy machine may need to start Java for the first time. */
  async function startEnvironment(tries: number): Promise<TestWorkflowEnvironment> {
    const server = { executable: { type: 'existing-path', path } } as const;
    return TestWorkflowEnvironment.createTimeSkipping({ server }).catch((error: unknown) => {
      if (tries <= 1) throw error;
      return startEnvironment(tries - 1);
    });
  }

  /** Attempts of which each is refused, by the schedule and by the server's clock; the last one is taken where that is asked for. */
  async function deliver(deliveryId: string, taken?: number) {
    const moments: number[] = [];
    const sendWebhook = async (input: SendWebhookInput): Promise<DeliveryStep> => {
      moments.push(await environment.currentTimeMs());
      const attempts = moments.length;
      if (attempts === taken) return { status: 'delivered', attempts };
      const elapsedMs = (moments.at(-1) ?? 0) - (moments[0] ?? 0);
      const afterMs = retryDelayMs({ attempts, elapsedMs, seed: input.deliveryId, schedule: RETRY_SECONDS });
      return afterMs === undefined ? { status: 'failed', attempts, reason: 'exhausted' } : { status: 'retry', afterMs };
    };
    const taskQueue = `day-${deliveryId}`;
    const worker = await Worker.create({
      ...{ connection: environment.nativeConnection, taskQueue, workflowBundle: bundle },
      activities: { sendWebhook },
    });
    const workflowId = `webhook:${deliveryId}`;
    const end: unknown = await worker.runUntil(
      environment.client.workflow.execute('deliverWebhook', { workflowId, taskQueue, args: [{ deliveryId }] }),
    );
    return { end, seconds: moments.map((moment) => (moment - (moments[0] ?? 0)) / secondMs) };
  }

  it('is tried ten times, and given up after a day', async () => {
    const { end, seconds } = await deliver('whd_1');
    expect(end).toEqual({ status: 'failed', attempts: 10, reason: 'exhausted' });
    for (const [index, planned] of RETRY_SECONDS.entries()) {
      const pause = planned - (RETRY_SECONDS[index - 1] ?? 0);
      expect(seconds[index + 1]).toBeGreaterThanOrEqual(planned);
      // A tenth of jitter, and what the attempts themselves take.
      expect(seconds[index + 1]).toBeLessThan(planned + 0.1 * pause + 60);
    }
  });

  it('until the evening is delivered then', async () => {
    const { end, seconds } = await deliver('whd_2', 8);
    expect(end).toEqual({ status: 'delivered', attempts: 8 });
    expect(seconds.at(-1)).toBeGreaterThan(14 * 3_600);
  });
});
