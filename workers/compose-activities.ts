import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { type ContentRows, createContentRows } from '../activities/content/content-rows.js';
import { createContentStore } from '../activities/content/content-store.js';
import { createFileEpochKeys, type EpochKeys } from '../activities/content/epoch-keys.js';
import { createLiveCatalogue, type LiveCatalogue } from '../activities/catalogue/live-catalogue.js';
import { createCatalogueRefresh } from '../activities/catalogue/refresh.js';
import { guard } from '../activities/guard.js';
import { createCallForJob } from '../activities/jobs/call-for-job.js';
import { createVendorHealth, type VendorHealth } from '../activities/health/vendor-health.js';
import { createLedgerActivities } from '../activities/ledger/ledger-activities.js';
import type { LiveCredentials } from '../activities/credentials/live-credentials.js';
import { createCallModel } from '../activities/model-calls/call-model.js';
import { createTokenCounter } from '../activities/model-calls/token-counter.js';
import { createDownloads } from '../activities/providers/downloads.js';
import { createVendorHttp } from '../activities/providers/http.js';
import { ACCOUNT_VENDORS, createProviders } from '../activities/providers/registry.js';
import { createReplies, type Replies } from '../activities/replies/replies.js';
import { createReplyLog } from '../activities/replies/reply-log.js';
import { checkModel, checkOffer } from '../infra/catalogue/check-offers.js';
import { loadCatalogue, type LoadedCatalogue } from '../infra/catalogue/load-catalogue.js';
import { readPriceDataInThread } from '../infra/catalogue/refresh/read-in-thread.js';
import type { Config } from '../infra/runtime/config.js';
import type { JobActivities, RequestActivities, UpkeepActivities } from '../workflows/contracts/activities.js';
import type { ContentStore, Instances, TokenCounter } from '../workflows/contracts/ports.js';
import type { OfferBase } from '../workflows/domain/offer-changes.js';
import { modelIndexOf } from '../workflows/domain/model-index.js';
import { type ComposedCallbacks, composeCallbacks } from './compose-callbacks.js';
import { composeCredentials, type CredentialParts } from './compose-credentials.js';
import { type ComposedObjects, composeObjects } from './compose-objects.js';
import { composeVendorBatches, type ComposedVendorBatches } from './compose-vendor-batches.js';
import type { Connections } from './connect.js';
import { derivedKey } from './derived-key.js';
import { isWorkflowUnwanted } from './open-workflows.js';

export interface ComposedActivities {
  readonly activities: RequestActivities & JobActivities;
  /** What the gateway's own schedules do. */
  readonly upkeep: UpkeepActivities;
  /** Nothing may be asked of the activities before it has started. */
  readonly catalogue: LiveCatalogue;
  /** What the operator's changes to offers are applied to. */
  readonly offerBase: OfferBase & Pick<LoadedCatalogue, 'models'>;
  /** Rows of the catalogue that are broken and were left out, each told in a sentence. */
  readonly catalogueWarnings: LoadedCatalogue['warnings'];
  /** The vendors that the environment has an account at. */
  readonly vendors: readonly string[];
  /** Those that anybody's account can be of. */
  readonly callableVendors: readonly string[];
  /** Nothing may be asked of the activities before it has started. */
  readonly credentials: LiveCredentials;
  readonly credentialParts: CredentialParts;
  readonly content: ContentStore;
  readonly rows: ContentRows;
  readonly epochKeys: EpochKeys;
  readonly objectParts: ComposedObjects;
  readonly replies: Replies;
  readonly tokenCounter: TokenCounter;
  readonly vendorCallbacks: ComposedCallbacks;
  readonly vendorBatches: ComposedVendorBatches;
  /** Shares what it knows with other processes once it has started. */
  readonly vendorHealth: VendorHealth;
  close(): Promise<void>;
}

export interface ActivityListeners {
  readonly onError: (error: unknown) => void;
  /** Told of each credential that cannot be used. */
  readonly onBroken: (credentialId: string, problem: string) => void;
  /** Told of each row of the catalogue that is broken and left out. */
  readonly onProblem: (row: string) => void;
}

/** The steps of requests, and what they share with the API of the same process: content in memory and the callers' replies. */
export function composeActivities(
  config: Config,
  { database, notifications, client }: Connections,
  instances: Instances,
  { onError, onBroken, onProblem }: ActivityListeners,
): ComposedActivities {
  const epochKeys = createFileEpochKeys(join(config.local.dataDir, 'epoch-keys'), derivedKey(config, 'epoch-keys'));
  const rows = createContentRows({ database, epochKeys });
  const objectParts = composeObjects(config, { database, epochKeys, onError });
  const content = createContentStore(rows);
  const log = createReplyLog({ database, rows, notifications });
  const replies = createReplies({ database, log, rows, notifications, onError });
  const http = createVendorHttp({ proxies: config.proxies });
  const providers = createProviders({ ...vendorsOf(config), sandbox: config.vendors.sandbox, http });
  const vendors = [...providers.keys()];
  // All that somebody may bring an account of; those of the environment first, as they always stood.
  const callableVendors = [...new Set([...vendors, ...ACCOUNT_VENDORS])];
  const loaded = loadCatalogue({ vendors: callableVendors });
  const base = { ...loaded, vendors: callableVendors, check: checkOffer, checkModel };
  const catalogue = createLiveCatalogue({ database, notifications, base, onError, onProblem });
  const vendorHealth = createVendorHealth({
    ...{ database, notifications, onError },
    instanceId: instances.id,
    rules: config.circuits,
  });
  const credentialParts = composeCredentials(
    config,
    { database, notifications },
    { http, providers, catalogue, onError, onBroken, onChanged: vendorHealth.credentialChanged },
  );
  const { credentials, accounts } = credentialParts;
  const tokenCounter = createTokenCounter({ providers, onBug: onError });
  // Here, so that no request waits for it.
  modelIndexOf(catalogue.offers);
  const callerIsHere = replies.isAttached;
  const ledger = createLedgerActivities({
    database,
    catalogue,
    credentials,
    health: vendorHealth,
    replies,
    content,
    instances,
    callerIsHere,
    takesBatches: (offer, id, user) => accounts.find(offer.vendor, id, user)?.batches?.takes(offer) === true,
  });
  const vendorBatches = composeVendorBatches(config, { database, client, epochKeys, accounts }, onError);
  const { wake: wakeBatch } = vendorBatches.starter;
  const callbacks = composeCallbacks(config, { database, client, accounts, wakeBatch });
  const callModel = createCallModel({
    ...{ database, plans: ledger, content, replies, accounts, instances, onError, health: vendorHealth },
    ...{ callbackUrl: callbacks.urlOf, batchedLines: vendorBatches.lines },
    ...{ objects: objectParts.objects, downloads: createDownloads({ http, trusted: vendorUrls(config) }) },
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
  const callForJob = createCallForJob({ database, limits: config.jobs, callModel, clock: Date.now });
  const activities: ComposedActivities['activities'] = {
    planAndReserve: guard(ledger.planAndReserve, onError),
    callModel: guard(waitedFor(callModel), onError),
    callForJob: guard(callForJob, onError),
    settle: guard(ledger.settle, onError),
    release: guard(ledger.release, onError),
  };
  // To the operator an offer counts as callable where the environment has an account at its vendor.
  const offerBase = { ...base, vendors };
  const refreshCatalogue = createCatalogueRefresh({
    ...{ database, base: offerBase, urls: config.catalogueRefresh.urls, onError },
    read: readPriceDataInThread,
    clock: () => new Date(),
  });
  const close = async (): Promise<void> => {
    catalogue.stop();
    credentials.stop();
    await credentialParts.close();
    objectParts.close();
    await http.close();
  };
  const kept = {
    ...{ content, rows, epochKeys, objectParts, replies },
    ...{ credentials, credentialParts, vendorCallbacks: callbacks, vendorBatches },
    upkeep: { refreshCatalogue },
  };
  const names = { vendors, callableVendors, offerBase };
  return {
    activities,
    catalogue,
    catalogueWarnings: loaded.warnings,
    ...names,
    ...kept,
    tokenCounter,
    vendorHealth,
    close,
  };
}

/** Where the operator has its vendors; what they make there is fetched there. */
function vendorUrls({ vendors: { openai, anthropic, azure, google, vertex, compatible } }: Config): readonly string[] {
  const urls = [openai.baseUrl, anthropic.baseUrl, azure?.endpoint, google.baseUrl, vertex?.baseUrl];
  return [...urls, ...Object.values(compatible).map(({ baseUrl }) => baseUrl)].filter((url) => url !== undefined);
}

/** What a vendor makes as a job is asked for as a job alone (videos): the flow of a caller who waits does not come back. */
function waitedFor(callModel: ReturnType<typeof createCallModel>): RequestActivities['callModel'] {
  return async (input) => {
    const result = await callModel(input);
    if (result.status === 'pending') throw new Error('an attempt was left at its vendor while its caller waits');
    return result;
  };
}

function openAiOf({ baseUrl, webhookSecret }: Config['vendors']['openai'], apiKey: string) {
  return { apiKey, baseUrl, ...(webhookSecret !== undefined && { webhookSecret }) };
}

function vendorsOf({ vendors: { openai, anthropic, azure, bedrock, google, vertex, compatible } }: Config) {
  return {
    bedrock,
    compatible,
    ...(azure !== undefined && { azure }),
    ...(openai.apiKey !== undefined && { openai: openAiOf(openai, openai.apiKey) }),
    ...(anthropic.apiKey !== undefined && { anthropic: { apiKey: anthropic.apiKey, baseUrl: anthropic.baseUrl } }),
    ...(google.apiKey !== undefined && { google: { apiKey: google.apiKey, baseUrl: google.baseUrl } }),
    ...(vertex !== undefined && { vertex }),
  };
}
