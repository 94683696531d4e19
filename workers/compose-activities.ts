import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { type ContentRows, createContentRows } from '../activities/content/content-rows.js';
import { createContentStore } from '../activities/content/content-store.js';
import { createFileEpochKeys, type EpochKeys } from '../activities/content/epoch-keys.js';
import { createLiveCatalogue, type LiveCatalogue } from '../activities/catalogue/live-catalogue.js';
import { guard } from '../activities/guard.js';
import { createVendorHealth, type VendorHealth } from '../activities/health/vendor-health.js';
import { createLedgerActivities } from '../activities/ledger/ledger-activities.js';
import { createCallModel } from '../activities/model-calls/call-model.js';
import { createTokenCounter } from '../activities/model-calls/token-counter.js';
import { createVendorHttp } from '../activities/providers/http.js';
import { createProviders } from '../activities/providers/registry.js';
import { createReplies, type Replies } from '../activities/replies/replies.js';
import { createReplyLog } from '../activities/replies/reply-log.js';
import { loadCatalogue, type LoadedCatalogue } from '../infra/catalogue/load-catalogue.js';
import type { Config } from '../infra/runtime/config.js';
import type { RequestActivities } from '../workflows/contracts/activities.js';
import type { ContentStore, Instances, TokenCounter } from '../workflows/contracts/ports.js';
import { modelIndexOf } from '../workflows/domain/model-index.js';
import type { Connections } from './connect.js';
import { derivedKey } from './derived-key.js';
import { isWorkflowUnwanted } from './open-workflows.js';

export interface ComposedActivities {
  readonly activities: RequestActivities;
  /** Nothing may be asked of the activities before it has started. */
  readonly catalogue: LiveCatalogue;
  /** Rows of the catalogue that are broken and were left out, each told in a sentence. */
  readonly catalogueWarnings: LoadedCatalogue['warnings'];
  readonly vendors: readonly string[];
  readonly content: ContentStore;
  readonly rows: ContentRows;
  readonly epochKeys: EpochKeys;
  readonly replies: Replies;
  readonly tokenCounter: TokenCounter;
  /** Shares what it knows with other processes once it has started. */
  readonly vendorHealth: VendorHealth;
  close(): Promise<void>;
}

/** The steps of requests, and what they share with the API of the same process: content in memory and the callers' replies. */
export function composeActivities(
  config: Config,
  { database, notifications, client }: Connections,
  instances: Instances,
  onError: (error: unknown) => void,
): ComposedActivities {
  const epochKeys = createFileEpochKeys(join(config.local.dataDir, 'epoch-keys'), derivedKey(config, 'epoch-keys'));
  const rows = createContentRows({ database, epochKeys });
  const content = createContentStore(rows);
  const log = createReplyLog({ database, rows, notifications });
  const replies = createReplies({ database, log, rows, notifications, onError });
  const http = createVendorHttp();
  const providers = createProviders({ ...vendorsOf(config), sandbox: config.vendors.sandbox, http });
  const vendors = [...providers.keys()];
  const loaded = loadCatalogue({ vendors });
  const catalogue = createLiveCatalogue({ database, notifications, catalogue: loaded, onError });
  const tokenCounter = createTokenCounter({ providers, onBug: onError });
  // Here, so that no request waits for it.
  modelIndexOf(catalogue.offers);
  const callerIsHere = replies.isAttached;
  const vendorHealth = createVendorHealth({
    ...{ database, notifications, onError },
    instanceId: instances.id,
    rules: config.circuits,
  });
  const ledger = createLedgerActivities({
    database,
    catalogue,
    health: vendorHealth,
    replies,
    content,
    instances,
    callerIsHere,
  });
  const callModel = createCallModel({
    ...{ database, plans: ledger, content, replies, providers, instances, onError, health: vendorHealth },
    activity: () => {
      const context = Context.current();
      // Local activities have no heartbeat: asked for one, Temporal logs a warning and does nothing.
      const heartbeat = (): void => (context.info.isLocal ? undefined : context.heartbeat());
      return { cancelled: context.cancellationSignal, heartbeat };
    },
    isUnwanted: (requestId) => isWorkflowUnwanted(client, requestId),
  });
  notifications.on('sluice_cancel', (requestId) => {
    if (requestId !== undefined) replies.abort(requestId, 'cancelled');
  });
  const activities: RequestActivities = {
    planAndReserve: guard(ledger.planAndReserve, onError),
    callModel: guard(callModel, onError),
    settle: guard(ledger.settle, onError),
    release: guard(ledger.release, onError),
  };
  const close = async (): Promise<void> => {
    catalogue.stop();
    await http.close();
  };
  const kept = { content, rows, epochKeys, replies };
  return {
    activities,
    catalogue,
    catalogueWarnings: loaded.warnings,
    vendors,
    ...kept,
    tokenCounter,
    vendorHealth,
    close,
  };
}

function vendorsOf({ vendors: { openai, anthropic, compatible } }: Config) {
  return {
    compatible,
    ...(openai.apiKey !== undefined && { openai: { apiKey: openai.apiKey, baseUrl: openai.baseUrl } }),
    ...(anthropic.apiKey !== undefined && { anthropic: { apiKey: anthropic.apiKey, baseUrl: anthropic.baseUrl } }),
  };
}
