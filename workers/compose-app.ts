import { createSessionMemory } from '../api/requests/session-memory.js';
import type { Worker } from '@temporalio/worker';
import { createPriceOverrides } from '../activities/catalogue/price-overrides.js';
import { createBudgets } from '../activities/ledger/budgets.js';
import { createCredits, manualPayments } from '../activities/ledger/credits.js';
import { createRateLimitRules } from '../activities/limits/rate-limit-rules.js';
import { createRateLimits } from '../activities/limits/rate-limits.js';
import { createAuditTrail } from '../activities/audit/audit-trail.js';
import { createRequestDirectory } from '../activities/requests/request-directory.js';
import { createStoredAnswers } from '../activities/requests/stored-answers.js';
import { createKeyDirectory } from '../activities/tenancy/key-directory.js';
import { createUsageReports } from '../activities/usage/usage-reports.js';
import type { KeyUse } from '../activities/tenancy/key-use.js';
import { buildApp } from '../api/app.js';
import type { Config } from '../infra/runtime/config.js';
import type { Logger } from '../infra/runtime/log.js';
import type { RequestStarter } from '../workflows/contracts/ports.js';
import type { ComposedActivities } from './compose-activities.js';
import { composeTenancy } from './compose-tenancy.js';
import type { Connections } from './connect.js';
import { derivedKey } from './derived-key.js';
import { createHealth } from './health.js';

export interface AppParts {
  readonly config: Config;
  readonly log: Logger;
  readonly connections: Connections;
  readonly composed: ComposedActivities;
  readonly worker: Worker;
  readonly starter: RequestStarter;
  readonly keyUse: KeyUse;
  readonly instanceId: string;
  readonly isDraining: () => boolean;
}

/** The API on top of this process's activities. */
export function composeApp(parts: AppParts) {
  const { config, log, connections, composed, worker, starter, keyUse, instanceId, isDraining } = parts;
  const { database, notifications, temporal } = connections;
  const { catalogue, vendors, content, replies, rows, tokenCounter } = composed;
  const pepper = config.secrets.keyPepper;
  const audit = createAuditTrail({ database });
  return buildApp({
    settings: { ...config.http, timeouts: config.timeouts },
    instanceId,
    vendors,
    catalogue,
    keys: createKeyDirectory({ database, notifications, pepper, use: keyUse }),
    content,
    replies,
    requests: createRequestDirectory({ database, rows, hmacKey: derivedKey(config, 'idempotency') }),
    storedAnswers: createStoredAnswers({ database }),
    starter,
    tokenCounter,
    sessions: createSessionMemory(),
    budgets: createBudgets({ database, audit }),
    credits: createCredits({ database, audit, payments: manualPayments }),
    rateLimits: createRateLimits({ database, notifications, catalogue }),
    rateLimitRules: createRateLimitRules({ database, audit }),
    audit,
    priceOverrides: createPriceOverrides({ database, audit, catalogue }),
    usage: createUsageReports({ database }),
    ...composeTenancy({ database, pepper, audit }),
    health: createHealth({ database, temporal, worker }),
    isDraining,
    log,
    onMetric: (metric) => log.debug({ metric }, 'metric'),
  });
}
