import type { CatalogueOffer } from './offer.schema.js';

const BEHAVIOURS = [
  'echo',
  'lorem',
  'metered',
  'rate-limited',
  'overloaded',
  'server-error',
  'slow',
  'stall',
  'cut-stream',
  'garbage',
  'flaky',
] as const;

/** `metered` costs play money at gpt-4o's prices, so that budgets and a 402 can be tried; it spends none at a vendor. */
const PLAY_PRICES: CatalogueOffer['prices'] = {
  input: { usd: '2.5', per: 1_000_000 },
  output: { usd: '10', per: 1_000_000 },
};

/** The offers of the sandbox: answers made up in this process, free of charge but for `sandbox/metered`. */
export const SANDBOX_OFFERS: readonly CatalogueOffer[] = BEHAVIOURS.map((name) => ({
  id: `sandbox/${name}`,
  vendor: 'sandbox',
  vendorModel: name,
  // No bare aliases: `slow` or `echo` without the sandbox's name would look like a real model in a log.
  aliases: [],
  kind: 'chat',
  contextWindow: 128_000,
  maxOutputTokens: 16_384,
  capabilities: ['tools', 'images', 'files', 'audio_input', 'json_schema'],
  maxImageTokens: 1_000,
  prices: name === 'metered' ? PLAY_PRICES : {},
  // Made up in this process, of which nothing leaves it.
  dataPolicy: 'zero_retention',
  source: { url: 'about:sandbox', asOf: '2026-11-24' },
  created: Date.UTC(2026, 10, 24) / 1_000,
}));
