import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type NativeConnection, Worker } from '@temporalio/worker';
import type { JobActivities, RequestActivities, UpkeepActivities } from '../workflows/contracts/activities.js';
import type { BatchActivities } from '../workflows/contracts/batches.js';
import type { VendorBatchActivities } from '../workflows/contracts/vendor-batches.js';
import type { ScheduleActivities } from '../workflows/contracts/schedules.js';
import type { WebhookActivities } from '../workflows/contracts/webhooks.js';
import { batchQueueOf, callQueueOf, jobQueueOf } from '../workflows/flows/steps/queues.js';

const workflowsPath = fileURLToPath(new URL('../workflows/flows/index.ts', import.meta.url));

/** Sluice's flows as one script, as they run in the workflows' sandbox. */
export async function bundleFlows(): Promise<{ readonly code: string }> {
  // The bundler reports each module that it packs, which nobody reads.
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
}

/** How long a task waits for the process that has its workflow cached before any other may take it. */
const STICKY_TIMEOUT = '2s';

export interface RequestWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly bundle: { readonly code: string };
  readonly activities: RequestActivities & UpkeepActivities & WebhookActivities & ScheduleActivities;
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
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    shutdownGraceTime: options.drainMs,
    shutdownForceTime: options.drainMs + 5_000,
  });
}

export interface JobWorkersOptions extends Omit<RequestWorkerOptions, 'activities' | 'maxInFlight'> {
  readonly activities: RequestActivities & JobActivities;
  /** Jobs that may be at vendors from here at once; 0 where other processes take all of their steps. */
  readonly slots: number;
  readonly batchActivities: BatchActivities & VendorBatchActivities;
}

type JobWorker = Pick<Worker, 'run' | 'shutdown'>;

/** What jobs run in: their flows and short steps, and their calls, each with places of its own. */
export interface JobWorkers {
  readonly flows: JobWorker;
  readonly calls: JobWorker;
  /** The steps of batches. */
  readonly batches: JobWorker;
}

/** Short steps of jobs at once; each is a statement or two in Postgres. */
const JOB_STEPS = 16;

/** Batches that are worked on at once: each step stores lines and reads results, eight side by side, and others take turns. */
const BATCH_STEPS = 4;

const IDLE: JobWorker = { run: () => Promise.resolve(), shutdown: () => {} };

/** Apart from the worker of requests whose callers wait, so that a backlog of jobs takes no place of theirs. */
export async function createJobWorkers(options: JobWorkersOptions): Promise<JobWorkers> {
  const { connection, namespace, bundle, activities, batchActivities, slots, drainMs } = options;
  if (slots === 0) return { flows: IDLE, calls: IDLE, batches: IDLE };
  const taskQueue = jobQueueOf(options.taskQueue);
  const shutdown = { shutdownGraceTime: drainMs, shutdownForceTime: drainMs + 5_000 };
  const { callForJob, ...steps } = activities;
  const [flows, calls, batches] = await Promise.all([
    Worker.create({
      ...{ connection, namespace, taskQueue, workflowBundle: bundle, activities: steps, ...shutdown },
      maxConcurrentWorkflowTaskExecutions: JOB_STEPS,
      maxConcurrentActivityTaskExecutions: JOB_STEPS,
      // The lines of a few batches under way; what waits for hours is as soon read from its history as kept in memory.
      maxCachedWorkflows: 16 * JOB_STEPS,
      stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    }),
    Worker.create({
      ...{ connection, namespace, taskQueue: callQueueOf(taskQueue), activities: { callForJob }, ...shutdown },
      maxConcurrentActivityTaskExecutions: slots,
    }),
    Worker.create({
      ...{ connection, namespace, taskQueue: batchQueueOf(taskQueue), activities: { ...batchActivities }, ...shutdown },
      maxConcurrentActivityTaskExecutions: BATCH_STEPS,
    }),
  ]);
  return { flows, calls, batches };
}
