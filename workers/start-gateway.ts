import { randomUUID } from 'node:crypto';
import { rewrapCredentials } from '../activities/credentials/rewrap-credentials.js';
import { createSweeper } from '../activities/ledger/sweeper.js';
import { createInstances } from '../activities/requests/instances.js';
import { bootstrapLocal } from '../activities/tenancy/bootstrap-local.js';
import { createUsageUpkeep } from '../activities/usage/usage-upkeep.js';
import type { MasterKeys } from '../activities/storage/envelope.js';
import { createKeyUse } from '../activities/tenancy/key-use.js';
import { rewrapPosts } from '../activities/schedules/schedule-posts.js';
import { rewrapWebhookSecrets } from '../activities/webhooks/secrets.js';
import { migrate } from '../infra/migrations/migrate.js';
import { OWN_SERVERS } from '../infra/runtime/compatible-vendors.js';
import type { Config } from '../infra/runtime/config.js';
import { describeError, type Logger } from '../infra/runtime/log.js';
import { keepCatalogueSchedule } from './catalogue-schedule.js';
import { createAppCloser } from './close-app.js';
import { composeActivities } from './compose-activities.js';
import { composeApp } from './compose-app.js';
import { composeBatches } from './compose-batches.js';
import { composeSchedules } from './compose-schedules.js';
import { composeSubmissions } from './compose-submissions.js';
import { composeWebhooks } from './compose-webhooks.js';
import { connect, type Connections } from './connect.js';
import { isWorkflowOpen } from './open-workflows.js';
import { watchRequests } from './open-requests.js';
import { createRequestStarter } from './request-starter.js';
import { bundleFlows, createJobWorkers, createRequestWorker } from './request-worker.js';

/** Vendors that send no bill: our own, and servers of the operator's. */
const FREE_VENDORS: readonly string[] = ['sandbox', ...OWN_SERVERS];

export interface RunningGateway {
  /** Ends in the port, without a slash or a version. */
  readonly baseUrl: string;
  readonly vendors: readonly { readonly id: string; readonly spendsMoney: boolean }[];
  /** Rejects where the worker dies, after which this process is of no use. */
  readonly failed: Promise<never>;
  /** Takes no more requests, finishes those under way, then closes everything. */
  drain(): Promise<void>;
}

/** One gateway process: the API, the flows and their steps together, so that an answer needs no hop between them. */
export async function startGateway(config: Config, log: Logger): Promise<RunningGateway> {
  const onError = (error: unknown): void => log.error(describeError(error), 'a step failed');
  const [bundle] = await Promise.all([bundleFlows(), migrate(config.database.url)]);
  const connections = await connect(config, log);
  const { database, client, temporal } = connections;
  await bootstrap(config, connections);
  const instances = createInstances({ database, id: `gw_${randomUUID().slice(0, 8)}`, onError });
  await instances.start();
  const onProblem = (row: string): void => log.warn({ row }, 'a row of the catalogue is broken and was left out');
  const onBroken = (credentialId: string, problem: string): void =>
    log.warn({ credentialId, problem }, 'a credential cannot be used');
  const submitting = composeSubmissions();
  const composed = composeActivities(config, connections, instances, { onError, onBroken, onProblem });
  composed.catalogueWarnings.forEach(onProblem);
  await composed.catalogue.start();
  await rewrapSecrets(connections, log, composed.credentialParts.masterKeys);
  await composed.credentials.start();
  await composed.vendorHealth.start();
  const batches = composeBatches(config, connections, composed, onError);
  const starter = createRequestStarter(client, config.temporal.taskQueue);
  const scheduling = composeSchedules(config, connections, { submissions: submitting.submissions, starter, onError });
  const told = { batches: batches.batches, schedules: scheduling.schedules };
  const hooks = composeWebhooks(config, connections, told, onError);
  await Promise.all([rewrapWebhookSecrets(database, hooks.masterKeys), rewrapPosts(database, scheduling.masterKeys)]);
  const open = watchRequests(composed.activities);
  const worker = await createRequestWorker({
    ...config.temporal,
    connection: temporal,
    bundle,
    activities: { ...open.activities, ...composed.upkeep, ...hooks.activities, ...scheduling.activities },
    maxInFlight: config.http.maxInFlight,
    drainMs: config.timeouts.drainMs,
  });
  const jobs = await createJobWorkers({
    ...config.temporal,
    ...{ connection: temporal, bundle, activities: open.activities },
    batchActivities: { ...batches.activities, ...composed.vendorBatches.activities },
    ...{ slots: config.jobs.slots, drainMs: config.timeouts.drainMs },
  });
  const running = Promise.all([worker.run(), jobs.flows.run(), jobs.calls.run(), jobs.batches.run()]);
  // The gateway serves without it: what is wrong is logged, and the next process to start tries again.
  const { taskQueue } = config.temporal;
  await keepCatalogueSchedule(client, { taskQueue, ...config.catalogueRefresh }).catch(onError);
  const sweeper = createSweeper({
    database,
    ledger: composed.activities,
    replies: composed.replies,
    epochKeys: composed.epochKeys,
    others: [composed.objectParts.sweep, batches.sweep, composed.vendorBatches.sweep],
    workflows: { isOpen: (requestId) => isWorkflowOpen(client, requestId), start: starter.start },
    onError,
  });
  sweeper.start();
  const upkeep = createUsageUpkeep({ database, retentionDays: config.usage.retentionDays, onError });
  upkeep.start();
  hooks.dispatcher.start();
  let draining = false;
  const isDraining = (): boolean => draining;
  const keyUse = createKeyUse({ database, onError });
  keyUse.start();
  const instanceId = instances.id;
  const { webhooks } = hooks;
  const app = composeApp({
    ...{ config, log, connections, composed, webhooks, batches },
    ...{ schedules: scheduling.schedules, submissions: submitting.submissions },
    ...{ worker, starter, keyUse, instanceId, isDraining },
  });
  submitting.servedBy(app);
  batches.opens(app.batchLines);
  const closeApp = createAppCloser(app);
  const baseUrl = await app.listen({ host: config.http.host, port: config.http.port });
  composed.objectParts.listensAt(baseUrl);
  composed.vendorCallbacks.listensAt(baseUrl);

  return {
    baseUrl,
    vendors: composed.vendors.map((id) => ({ id, spendsMoney: !FREE_VENDORS.includes(id) })),
    failed: running.then(() => new Promise<never>(() => {})),
    drain: async () => {
      draining = true;
      batches.stops(jobs.batches);
      await closeApp();
      // Takes no more calls of jobs, and finishes those that it has; all else goes on, so that these can be settled here.
      jobs.calls.shutdown();
      const left = await open.drained(config.timeouts.drainMs);
      if (left > 0) log.warn({ left }, 'requests are left to the next process');
      await hooks.dispatcher.stop();
      worker.shutdown();
      jobs.flows.shutdown();
      await running;
      await sweeper.stop();
      await upkeep.stop();
      await keyUse.stop();
      await composed.vendorHealth.stop();
      await hooks.close();
      await composed.close();
      await instances.stop();
      await connections.close();
    },
  };
}

async function rewrapSecrets({ database }: Connections, log: Logger, masterKeys: MasterKeys): Promise<void> {
  const rewrapped = await rewrapCredentials(database, masterKeys);
  if (rewrapped > 0) log.info({ rewrapped }, 'credentials are sealed under the new master key');
}

/** The organisation, project and keys of `npm start`, which hands their keys to this process. */
async function bootstrap(config: Config, { database }: Connections): Promise<void> {
  const { apiKey, adminKey, limitUsd } = config.local;
  if (apiKey === undefined || adminKey === undefined) return;
  await bootstrapLocal(database, { pepper: config.secrets.keyPepper, limitUsd, apiKey, adminKey });
}
