import { createSessionMemory } from '../api/requests/session-memory.js';
import type { Worker } from '@temporalio/worker';
import { createOperatorOffers } from '../activities/catalogue/operator-offers.js';
import { createOperatorModels } from '../activities/catalogue/operator-models.js';
import { createProposals } from '../activities/catalogue/proposals.js';
import { createPriceOverrides } from '../activities/catalogue/price-overrides.js';
import { createCredentials } from '../activities/credentials/credentials.js';
import { createBudgets } from '../activities/ledger/budgets.js';
import { createCredits, manualPayments } from '../activities/ledger/credits.js';
import { createRateLimitRules } from '../activities/limits/rate-limit-rules.js';
import { createRateLimits } from '../activities/limits/rate-limits.js';
import { createAuditTrail } from '../activities/audit/audit-trail.js';
import { createJobs } from '../activities/jobs/job-directory.js';
import { createJobRules } from '../activities/jobs/job-rules.js';
import { createRequestDirectory } from '../activities/requests/request-directory.js';
import { createRoutingPolicies } from '../activities/routing/routing-policies.js';
import { createSharedSessions } from '../activities/routing/shared-sessions.js';
import { createStoredAnswers } from '../activities/requests/stored-answers.js';
import { createKeyDirectory } from '../activities/tenancy/key-directory.js';
import { createUsageReports } from '../activities/usage/usage-reports.js';
import type { KeyUse } from '../activities/tenancy/key-use.js';
import { buildApp } from '../api/app.js';
import { checkModel } from '../infra/catalogue/check-offers.js';
import { CATALOGUE_VENDORS } from '../infra/catalogue/vendors.js';
import type { Config } from '../infra/runtime/config.js';
import { describeError, type Logger } from '../infra/runtime/log.js';
import type { CredentialDirectory } from '../workflows/contracts/credentials.js';
import type { KeyCheck, KeyDirectory, RequestStarter } from '../workflows/contracts/ports.js';
import type { Schedules } from '../workflows/contracts/schedules.js';
import type { Submissions } from '../workflows/contracts/submissions.js';
import type { ComposedBatches } from './compose-batches.js';
import type { ComposedActivities } from './compose-activities.js';
import { composeTenancy } from './compose-tenancy.js';
import type { ComposedWebhooks } from './compose-webhooks.js';
import type { Connections } from './connect.js';
import { derivedKey } from './derived-key.js';
import { createHealth } from './health.js';

export interface AppParts {
  readonly config: Config;
  readonly log: Logger;
  readonly connections: Connections;
  readonly composed: ComposedActivities;
  readonly webhooks: ComposedWebhooks['webhooks'];
  readonly schedules: Schedules;
  readonly submissions: Submissions;
  readonly batches: Pick<ComposedBatches, 'batches' | 'starter'>;
  readonly worker: Worker;
  readonly starter: RequestStarter;
  readonly keyUse: KeyUse;
  readonly instanceId: string;
  readonly isDraining: () => boolean;
}

/** The API on top of this process's activities. */
export function composeApp(parts: AppParts) {
  const { config, log, connections, composed, worker, starter, keyUse, instanceId, isDraining } = parts;
  const { database, notifications, changesHeard, temporal } = connections;
  const { catalogue, callableVendors, content, objectParts, replies, rows, tokenCounter, vendorHealth } = composed;
  const pepper = config.secrets.keyPepper;
  const audit = createAuditTrail({ database });
  const offers = { database, audit, base: composed.offerBase };
  const operatorOffers = createOperatorOffers({ ...offers, knownVendors: CATALOGUE_VENDORS });
  return buildApp({
    settings: {
      ...config.http,
      timeouts: config.timeouts,
      jobs: config.jobs,
      maxFileBytes: config.objects.maxFileBytes,
      batches: config.batches,
    },
    instanceId,
    vendors: callableVendors,
    catalogue,
    keys: withVendors(createKeyDirectory({ database, notifications, pepper, use: keyUse }), composed.credentials),
    changesHeard,
    credentials: createCredentials({ database, audit, ...composed.credentialParts }),
    webhooks: parts.webhooks,
    vendorWebhooks: composed.vendorCallbacks.webhooks,
    content,
    replies,
    requests: createRequestDirectory({ database, rows, hmacKey: derivedKey(config, 'idempotency') }),
    storedAnswers: createStoredAnswers({ database }),
    objects: objectParts.objects,
    uploads: objectParts.uploads,
    urlSignatures: objectParts.urlSignatures,
    jobs: createJobs({ database, notifications }),
    jobRules: createJobRules({ database, audit, vendors: [...CATALOGUE_VENDORS, ...callableVendors] }),
    schedules: parts.schedules,
    submissions: parts.submissions,
    batches: parts.batches.batches,
    batchStarter: parts.batches.starter,
    starter,
    tokenCounter,
    vendorHealth,
    callableVendors: (organizationId, projectId) => composed.credentials.vendorsFor(organizationId, projectId),
    sessions: createSharedSessions({
      ...{ memory: createSessionMemory(), database, notifications, instanceId },
      onError: (error) => log.warn(describeError(error), 'sessions could not be told'),
    }),
    budgets: createBudgets({ database, audit }),
    credits: createCredits({ database, audit, payments: manualPayments }),
    rateLimits: createRateLimits({ database, notifications, catalogue, credentials: composed.credentials }),
    rateLimitRules: createRateLimitRules({ database, audit }),
    audit,
    priceOverrides: createPriceOverrides({ database, audit, offers: operatorOffers }),
    operatorOffers,
    proposals: createProposals(offers),
    operatorModels: createOperatorModels({ database, audit, models: composed.offerBase.models, check: checkModel }),
    routingPolicies: createRoutingPolicies({ database, notifications, audit }),
    usage: createUsageReports({ database }),
    ...composeTenancy({ database, pepper, audit }),
    health: createHealth({ database, temporal, worker }),
    isDraining,
    log,
    onMetric: (metric) => log.debug({ metric }, 'metric'),
  });
}

/** Says with each caller which vendors can be called for it now, so that no other model is shown to it or meant by its names. */
function withVendors(keys: KeyDirectory, credentials: CredentialDirectory): KeyDirectory {
  const withThem = (check: KeyCheck): KeyCheck => {
    if (check.status !== 'valid') return check;
    const { organizationId, projectId } = check.caller;
    return { ...check, caller: { ...check.caller, vendors: credentials.vendorsFor(organizationId, projectId) } };
  };
  return {
    check: async (key) => withThem(await keys.check(key)),
    checkId: async (keyId) => withThem(await keys.checkId(keyId)),
  };
}
