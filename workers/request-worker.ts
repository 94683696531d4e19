import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type NativeConnection, Worker } from '@temporalio/worker';
import type { RequestActivities, UpkeepActivities } from '../workflows/contracts/activities.js';
import type { WebhookActivities } from '../workflows/contracts/webhooks.js';

const workflowsPath = fileURLToPath(new URL('../workflows/flows/index.ts', import.meta.url));

/** Sluice's flows as one script, as they run in the workflows' sandbox. */
export async function bundleFlows(): Promise<{ readonly code: string }> {
  // The bundler reports each module that it packs, which nobody reads.
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
}

export interface RequestWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly bundle: { readonly code: string };
  readonly activities: RequestActivities & UpkeepActivities & WebhookActivities;
  /** Requests that may be under way here at once. */
  readonly maxInFlight: number;
  readonly drainMs: number;
}

/** Runs the flows and their steps. */
export function createRequestWorker(options: RequestWorkerOptions): Promise<Worker> {
  // A local activity holds its workflow task's slot: with fewer slots than admitted requests, some would wait for others
  // to end. The reserve is for requests taken over from a process that died.
  const slots = options.maxInFlight + Math.max(16, Math.ceil(options.maxInFlight / 4));
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    workflowBundle: options.bundle,
    activities: { ...options.activities },
    maxConcurrentWorkflowTaskExecutions: slots,
    maxConcurrentLocalActivityExecutions: slots,
    maxConcurrentActivityTaskExecutions: slots,
    maxCachedWorkflows: 2 * slots,
    // How long a task waits for the process that has its workflow cached before any other may take it.
    stickyQueueScheduleToStartTimeout: '2s',
    shutdownGraceTime: options.drainMs,
    shutdownForceTime: options.drainMs + 5_000,
  });
}
