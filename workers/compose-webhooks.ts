import { Context } from '@temporalio/activity';
import { createAuditTrail } from '../activities/audit/audit-trail.js';
import { guard } from '../activities/guard.js';
import { createJobs } from '../activities/jobs/job-directory.js';
import { createBudgets } from '../activities/ledger/budgets.js';
import { createGuard } from '../activities/providers/guarded-lookup.js';
import { createVendorHttp } from '../activities/providers/http.js';
import type { MasterKeys } from '../activities/storage/envelope.js';
import { createProjectKeys } from '../activities/tenancy/project-keys.js';
import { createDispatcher, type Dispatcher } from '../activities/webhooks/dispatcher.js';
import { createWebhookUrls } from '../activities/webhooks/endpoint-url.js';
import { createSendLimits } from '../activities/webhooks/send-limits.js';
import { createSendWebhook } from '../activities/webhooks/send-webhook.js';
import { createWebhooks } from '../activities/webhooks/webhooks.js';
import type { Config } from '../infra/runtime/config.js';
import type { WebhookActivities, Webhooks } from '../workflows/contracts/webhooks.js';
import { RETRY_SECONDS } from '../workflows/domain/webhooks/retries.js';
import type { Connections } from './connect.js';
import { createDeliveryStarter } from './delivery-starter.js';
import { masterKeysFor } from './derived-key.js';
import { createEventObjects, type EventObjectDependencies } from './event-objects.js';
import { createWebhookPost } from './webhook-post.js';

/** Few against the slots of a worker, which jobs share: a receiver may take 20 s to answer. */
const SEND_LIMITS = { perEndpoint: 8, inAll: 64 };

export interface ComposedWebhooks {
  readonly activities: WebhookActivities;
  /** What the management API shows and changes, and what checks the addresses that requests name. */
  readonly webhooks: Webhooks;
  readonly dispatcher: Dispatcher;
  readonly masterKeys: MasterKeys;
  close(): Promise<void>;
}

/** Webhooks from the outbox to their receivers, by a client that reaches no private address unless that is allowed. */
export function composeWebhooks(
  config: Config,
  { database, notifications, client }: Connections,
  { batches, schedules }: Pick<EventObjectDependencies, 'batches' | 'schedules'>,
  onError: (error: unknown) => void,
): ComposedWebhooks {
  const { allowPrivate, retrySeconds = RETRY_SECONDS } = config.webhooks;
  const masterKeys = masterKeysFor(config, 'webhooks');
  const audit = createAuditTrail({ database });
  const addresses = createGuard();
  const isPrivateLiteral = (hostname: string): boolean => addresses.refuseLiteral(hostname) !== undefined;
  const http = createVendorHttp({ publicOnly: !allowPrivate, connections: SEND_LIMITS.inAll });
  const sendWebhook = createSendWebhook({
    ...{ database, masterKeys, onError, schedule: retrySeconds },
    post: createWebhookPost(http),
    readObject: createEventObjects({
      budgets: createBudgets({ database, audit }),
      ...{ batches, schedules },
      publicUrl: config.http.publicUrl,
      jobs: createJobs({ database, notifications }),
      projectKeys: createProjectKeys({ database, audit, pepper: config.secrets.keyPepper }),
    }),
    limits: createSendLimits(SEND_LIMITS),
    clock: () => new Date(),
    heartbeat: () => Context.current().heartbeat(),
  });
  return {
    activities: { sendWebhook: guard(sendWebhook, onError) },
    webhooks: createWebhooks({
      database,
      audit,
      masterKeys,
      urls: createWebhookUrls({ allowPrivate, isPrivateLiteral }),
    }),
    dispatcher: createDispatcher({
      ...{ database, notifications, masterKeys, onError },
      starter: createDeliveryStarter(client, config.temporal.taskQueue),
    }),
    masterKeys,
    close: () => http.close(),
  };
}
