import type { CredentialLimits, CredentialUse } from '../../workflows/contracts/credentials.js';

const minuteMs = 60_000;

/** What this process has used of each credential in the minute that runs. */
export interface CredentialMeter {
  note(id: string, use: CredentialUse): void;
  /** Whether a limit is reached, so that another account should go first until the minute is over. */
  isUsedUp(id: string, limits: CredentialLimits): boolean;
}

interface Minute {
  readonly number: number;
  readonly requests: number;
  readonly tokens: number;
}

/** In memory: these limits spread load over accounts, and a vendor's own 429 does the rest. */
export function createCredentialMeter(nowMs: () => number = Date.now): CredentialMeter {
  const minutes = new Map<string, Minute>();
  const current = (id: string): Minute => {
    const number = Math.floor(nowMs() / minuteMs);
    const known = minutes.get(id);
    return known?.number === number ? known : { number, requests: 0, tokens: 0 };
  };
  return {
    note: (id, { requests = 0, tokens = 0 }) => {
      const minute = current(id);
      minutes.set(id, { ...minute, requests: minute.requests + requests, tokens: minute.tokens + tokens });
    },
    isUsedUp: (id, { requestsPerMinute = Infinity, tokensPerMinute = Infinity }) => {
      const { requests, tokens } = current(id);
      return requests >= requestsPerMinute || tokens >= tokensPerMinute;
    },
  };
}
