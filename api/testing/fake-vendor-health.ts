import type { HealthReports } from '../../workflows/contracts/health.js';

/** One offer in use, of which everything is known, and one that rests. */
export function createFakeVendorHealth(): HealthReports {
  const percentiles = { p50: 1, p75: 2, p90: 3, p99: 4 };
  return {
    list: () => [
      {
        ...{
          offerId: 'openai/gpt-x',
          credentialId: 'cred_1',
          circuit: 'closed',
          attempts: 9,
          availability: 1,
          warmth: 1,
        },
      },
      {
        ...{ offerId: 'openai/gpt-x', circuit: 'open', untilMs: 1_790_000_000_000, reason: 'overloaded', warmth: 0 },
        ...{ attempts: 10, availability: 0.5, failures: { overloaded: 5 } },
        ...{ firstTokenMs: percentiles, tokensPerSecond: percentiles },
        quality: { refused: 0, truncated: 0.2, empty: 0, schemaInvalid: 0.1, toolCallInvalid: 1 },
      },
    ],
    histories: async () => new Map([['openai/gpt-x', { uptime5m: 0.5, firstTokenMs: percentiles }]]),
  };
}
