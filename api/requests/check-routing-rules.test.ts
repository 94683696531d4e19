import { describe, expect, it } from 'vitest';
import type { RoutingRules } from '../../workflows/contracts/routing.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { offer } from '../../workflows/domain/test-values.js';
import { checkRoutingRules } from './check-routing-rules.js';
import { routingRulesSchema, toRoutingRules } from './routing-rules.schema.js';

const offers = ['openai', 'groq', 'azure', 'bedrock'].map((vendor) => offer({ id: `${vendor}/m`, vendor }));

/** Of vendors that have no model for conversations. */
const media = [{ ...offer({ id: 'deepgram/nova', vendor: 'deepgram' }), kind: 'transcription' as const }];

function problemOf(rules: RoutingRules): readonly [string | undefined, string] | undefined {
  try {
    checkRoutingRules(rules, 'provider', { offers, media });
    return undefined;
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    return [error.refusal.param, error.refusal.message];
  }
}

describe('checkRoutingRules', () => {
  it.each<readonly [RoutingRules]>([
    [{ only: ['groq', 'azure/eu-west'], order: ['azure'] }],
    [{ ignore: ['amazon-bedrock'], order: ['Groq'] }],
    [{ only: ['azure'], ignore: ['azure/eu-west'] }],
    [{ only: ['deepgram'] }],
  ])('lets %j pass', (rules) => {
    expect(problemOf(rules)).toBeUndefined();
  });

  it.each<readonly [RoutingRules, string, RegExp]>([
    [{ ignore: ['groq', 'grok'] }, 'provider.ignore[1]', /no vendor is known here as 'grok'. The nearest are groq/],
    [{ only: ['groq'], ignore: ['groq', 'azure'] }, 'provider.only', /everything that it allows is in 'ignore'/],
    [{ only: ['azure/eu-west'], ignore: ['azure'] }, 'provider.only', /is in 'ignore' as well/],
    [{ order: ['groq'], ignore: ['groq'] }, 'provider.order', /everything that it lists is in 'ignore'/],
    [{ order: ['groq'], only: ['azure'] }, 'provider.order', /lists nothing that 'only' allows/],
    [{ sort: 'price', weights: { price: 1 } }, 'provider.weights', /asks for one metric alone/],
  ])('refuses %j at %s', (rules, param, message) => {
    expect(problemOf(rules)).toEqual([param, expect.stringMatching(message)]);
  });
});

describe('the provider object', () => {
  it('is OpenRouter’s, in the words of the house', () => {
    const wire = {
      order: ['anthropic', 'openai/flex'],
      only: [],
      ignore: null,
      allow_fallbacks: true,
      require_parameters: false,
      data_collection: 'deny',
      zdr: true,
      enforce_distillable_text: false,
      quantizations: ['fp8', 'bf16'],
      sort: { by: 'exacto', partition: 'none' },
      max_price: { prompt: '1', completion: 2, image: '0' },
      preferred_max_latency: { p50: 1, p99: 5 },
      preferred_min_throughput: 50,
    };
    expect(toRoutingRules(routingRulesSchema.parse(wire))).toEqual({
      order: ['anthropic', 'openai/flex'],
      dataPolicy: 'zero_retention',
      quantizations: ['fp8', 'bf16'],
      sort: 'quality',
      partition: 'none',
      maxPrice: { prompt: '1', completion: '2', image: '0' },
      preferredMaxLatencyMs: { p50: 1_000, p99: 5_000 },
      preferredMinThroughput: { p50: 50 },
    });
  });

  it.each<readonly [object]>([
    [{ max_price: { prompt: '-1' } }],
    [{ max_price: { prompt: 1e-9 } }],
    [{ max_price: { promt: '1' } }],
    [{ only: ['a'.repeat(101)] }],
    [{ weights: { price: 0 } }],
    [{ weights: { price: 0.5 } }],
    [{ enforce_distillable_text: true }],
    [{ quantizations: ['fp9'] }],
    [{ fallback: ['vendors'] }],
    [{ total_ms: 0 }],
  ])('is refused as %j', (wire) => {
    expect(routingRulesSchema.safeParse(wire).success).toBe(false);
  });
});
