import type { Offer } from '../contracts/offers.js';
import type { AttemptOutcome, Demand } from '../contracts/requests.js';
import type { ChatCall, Part } from '../contracts/call.js';
import type { FailureClass } from '../contracts/failures.js';
import type { OfferHealth } from '../contracts/health.js';

/** An offer at gpt-4o's prices, for tests. */
export function offer(changes: Partial<Offer> = {}): Offer {
  return {
    id: 'openai/gpt-x',
    vendor: 'openai',
    vendorModel: 'gpt-x',
    aliases: ['gpt-x', 'gpt-x-2026-01-01'],
    kind: 'chat',
    contextWindow: 128_000,
    maxOutputTokens: 16_384,
    capabilities: ['tools', 'images'],
    maxImageTokens: 1_445,
    prices: { input: { usd: '2.5', per: 1_000_000 }, output: { usd: '10', per: 1_000_000 } },
    source: { url: 'https://example.com/prices', asOf: '2026-11-24' },
    created: 1_767_225_600,
    ...changes,
  };
}

export function demand(changes: Partial<Demand> = {}): Demand {
  return {
    inputBytes: 1_000,
    textBytes: 1_000,
    images: 0,
    unboundedMedia: false,
    choices: 1,
    searches: 0,
    needs: [],
    ...changes,
  };
}

/** What was seen of an offer that is well, but for the changes. */
export function seen(offerId: string, changes: Partial<OfferHealth> = {}): OfferHealth {
  return { offerId, circuit: 'closed', attempts: 100, availability: 1, warmth: 1, ...changes };
}

/** An attempt that ended; with a failure class it failed before any content. */
export function outcome(
  number: number,
  offerId: string,
  failure?: FailureClass,
  retryAfterMs?: number,
): AttemptOutcome {
  return {
    number,
    offerId,
    vendor: offerId.split('/')[0] ?? '',
    model: offerId.split('/')[1] ?? '',
    status: failure === undefined ? 'answered' : 'failed',
    ...(failure !== undefined && { failure: { class: failure, ...(retryAfterMs !== undefined && { retryAfterMs }) } }),
    usage: { units: {}, source: 'none' },
    chargeNanoUsd: '0',
    durationMs: 1,
  };
}

/** A call whose body says what its parts say. */
export function chatCall(content: readonly Part[], changes: Partial<ChatCall> = {}): ChatCall {
  return {
    kind: 'chat',
    source: { dialect: 'openai-chat', body: { model: 'gpt-x' } },
    messages: [{ role: 'user', content }],
    tools: [],
    choices: 1,
    stream: false,
    ...changes,
  };
}
