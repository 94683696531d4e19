import type { TokenCounter } from '../../workflows/contracts/ports.js';
import { type Provider, ProviderFailure } from '../providers/port.js';

/** Asks vendors to count. No request runs for it and nothing is charged, so that nothing of it is recorded. */
export function createTokenCounter(deps: {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly onBug: (error: unknown) => void;
}): TokenCounter {
  return {
    count: async (call, offer, deadlineMs) => {
      const provider = deps.providers.get(offer.vendor);
      if (provider?.countTokens === undefined) return undefined;
      const late = new AbortController();
      const timer = setTimeout(() => late.abort({ class: 'timeout_total' }), deadlineMs);
      try {
        const inputTokens = await provider.countTokens({ call, offer, signal: late.signal });
        return inputTokens === undefined ? undefined : { status: 'counted', inputTokens };
      } catch (error) {
        if (error instanceof ProviderFailure) return { status: 'failed', failure: error.failure, detail: error.detail };
        deps.onBug(error);
        return { status: 'failed', failure: { class: 'internal' }, detail: { message: '' } };
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
