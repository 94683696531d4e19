import type { MediaKind } from '../../workflows/contracts/kinds.js';
import type { Call } from '../../workflows/contracts/media-calls.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { VendorWebhooks } from '../../workflows/contracts/vendor-webhooks.js';
import type { ApiSettings, LogFields } from '../dependencies.js';
import { answer } from './fake-answers.js';
import { createSessionMemory } from '../requests/session-memory.js';
import { checkAnswer } from './check-answer.js';
import { createFakeAudit } from './fake-audit.js';
import { createFakeDirectory } from './fake-directory.js';
import { createFakeManagement } from './fake-management.js';
import { createFakeBatches } from './fake-batches.js';
import { createFakeBudgets, createFakeCredits } from './fake-money.js';
import { createFakeAdminKeys, createFakePeople } from './fake-people.js';
import { createFakeCredentials } from './fake-credentials.js';
import { createFakeFiles } from './fake-files.js';
import { createFakeJobRules, createFakeJobs } from './fake-jobs.js';
import { createFakeKeys } from './fake-keys.js';
import { createFakeModels } from './fake-models.js';
import { createFakeOffers } from './fake-offers.js';
import { createFakeProposals } from './fake-proposals.js';
import { createFakePrices } from './fake-prices.js';
import { createFakeRateLimitRules, createFakeRateLimits } from './fake-rate-limits.js';
import { createFakeReplies } from './fake-replies.js';
import { createFakeRoutingPolicies } from './fake-routing-policies.js';
import { createFakeStoredAnswers } from './fake-stored-answers.js';
import { createFakeSchedules } from './fake-schedules.js';
import { createFakeUsage } from './fake-usage.js';
import { createFakeVendorHealth } from './fake-vendor-health.js';
import { createFakeWebhooks } from './fake-webhooks.js';
import { createFakeTenancy } from './fake-tenancy.js';
import type { FakeWorld } from './fake-world.js';

export { ADMIN_KEY, INFERENCE_KEY, OTHER_PROJECT_KEY, REVOKED_KEY_ID, roleKey, TENANT_KEY } from './fake-keys.js';

export function fakeOffer(id: string, aliases: readonly string[] = []): Offer {
  const [vendor = '', vendorModel = ''] = id.split('/');
  return {
    id,
    vendor,
    vendorModel,
    aliases,
    kind: 'chat',
    contextWindow: 8_192,
    maxOutputTokens: 1_024,
    capabilities: ['tools'],
    prices: {},
    source: { url: 'https://example.com', asOf: '2026-11-01' },
    created: 1_700_000_000,
  };
}

type FakeSettings = Partial<Omit<ApiSettings, 'timeouts'>> & { readonly timeouts?: Partial<ApiSettings['timeouts']> };

const SETTINGS: ApiSettings = {
  maxInFlight: 4,
  maxBodyBytes: 1_048_576,
  maxFileBytes: 100_000,
  timeouts: { firstTokenMs: 5_000, totalMs: 60_000, slowReaderMs: 5_000, answerHoldMs: 3_600_000, keepAliveMs: 15_000 },
  jobs: { deadlineMs: 86_400_000, attemptMs: 3_600_000, resultHoldMs: 86_400_000 },
  batches: { maxLines: 1_000, retentionMs: 2_592_000_000, native: true, nativeFromMs: 86_400_000 },
};

const OFFERS = [
  fakeOffer('sandbox/echo'),
  fakeOffer('sandbox/slow'),
  fakeOffer('openai/gpt-x', ['gpt-x']),
  fakeOffer('openai/gpt-x-mini', ['gpt-x-mini']),
  fakeOffer('anthropic/claude-x', ['claude-x']),
];

const MEDIA_KINDS: readonly MediaKind[] = [
  ...(['embedding', 'rerank', 'moderation', 'image', 'speech', 'transcription', 'video'] as const),
];
/** One of each kind, named by it: `sandbox/embedding`. */
const MEDIA = MEDIA_KINDS.map((kind): Offer => ({ ...fakeOffer(`sandbox/${kind}`), kind }));

const NO_CALLBACKS: VendorWebhooks = {
  attemptOf: () => undefined,
  receive: () => Promise.resolve('gone'),
  receiveEvent: () => Promise.resolve('unknown'),
};

export function createFakeWorld({ timeouts, ...settings }: FakeSettings = {}): FakeWorld {
  const replies = createFakeReplies();
  const directory = createFakeDirectory();
  const [held, kept] = [new Map<string, Call>(), new Map<string, Call>()];
  const logs: FakeWorld['logged'] = [];
  const log = (level: string) => (fields: LogFields, message: string) => void logs.push({ level, fields, message });
  const world: FakeWorld = {
    replies,
    directory,
    started: [],
    logged: logs,
    held,
    shared: [],
    metrics: [],
    workflow: (input) => answer(world, input, ['Hello']),
    eager: true,
    draining: false,
    restrictions: [],
    policies: [],
    failing: {},
    limited: undefined,
    givenBack: [],
    counted: undefined,
    readiness: { ok: true, checks: { database: 'ok' } },
    deps: {
      settings: { ...SETTINGS, ...settings, timeouts: { ...SETTINGS.timeouts, ...timeouts } },
      instanceId: 'instance_1',
      vendors: ['sandbox', 'openai'],
      vendorHealth: createFakeVendorHealth(),
      callableVendors: () => new Set(['sandbox', 'openai']),
      catalogue: { offers: OFFERS, media: MEDIA },
      keys: createFakeKeys(() => world),
      content: {
        hold: (requestId, call) => {
          held.set(requestId, call);
          kept.set(requestId, call);
        },
        share: (requestId) => {
          world.shared.push(requestId);
          return Promise.resolve();
        },
        read: (requestId) => Promise.resolve(kept.get(requestId)),
        drop: (requestId) => void held.delete(requestId),
      },
      replies,
      requests: {
        ...directory,
        find: (requestId) => (world.failing.find ? Promise.reject(world.failing.find) : directory.find(requestId)),
      },
      storedAnswers: createFakeStoredAnswers(directory),
      ...createFakeFiles(),
      jobs: createFakeJobs(directory),
      jobRules: createFakeJobRules(),
      ...createFakeSchedules(),
      batches: createFakeBatches(),
      batchStarter: { start: () => Promise.resolve(), wake: () => Promise.resolve() },
      starter: {
        start: (input) => {
          if (world.failing.start) return Promise.reject(world.failing.start);
          const alreadyStarted = world.started.some(({ requestId }) => requestId === input.requestId);
          if (!alreadyStarted) {
            world.started.push(input);
            setImmediate(() => void world.workflow(input, world));
          }
          return Promise.resolve({ eager: world.eager && !alreadyStarted, alreadyStarted });
        },
        cancel: () => Promise.resolve(),
      },
      sessions: createSessionMemory(),
      changesHeard: () => Promise.resolve(),
      tokenCounter: { count: () => Promise.resolve(world.counted) },
      ...createFakeTenancy(),
      management: createFakeManagement(),
      budgets: createFakeBudgets(),
      credits: createFakeCredits(),
      people: createFakePeople(),
      adminKeys: createFakeAdminKeys(),
      rateLimits: createFakeRateLimits(() => world),
      rateLimitRules: createFakeRateLimitRules(),
      audit: createFakeAudit(),
      credentials: createFakeCredentials(),
      ...{ webhooks: createFakeWebhooks(), vendorWebhooks: NO_CALLBACKS },
      priceOverrides: createFakePrices(),
      proposals: createFakeProposals(),
      operatorModels: createFakeModels(),
      operatorOffers: createFakeOffers(fakeOffer('openai/gpt-x', ['gpt-x'])),
      routingPolicies: createFakeRoutingPolicies(() => world.policies),
      usage: createFakeUsage(),
      health: { check: () => Promise.resolve(world.readiness) },
      isDraining: () => world.draining,
      log: { error: log('error'), warn: log('warn'), info: log('info') },
      onAnswer: checkAnswer,
      onMetric: (name) => void world.metrics.push(name),
    },
  };
  return world;
}
