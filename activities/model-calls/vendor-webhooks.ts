import type { CalledBack, VendorMessage, VendorWebhooks } from '../../workflows/contracts/vendor-webhooks.js';
import { type Provider, ProviderFailure } from '../providers/port.js';
import type { Database } from '../storage/database.js';
import type { CallbackTokens } from './callback-address.js';
import { createReceiveEvent, type VendorEventsDependencies } from './vendor-events.js';

/** A vendor that calls waits some ten seconds for its answer; its keys may have to be fetched within that. */
const CHECK_TIMEOUT_MS = 5_000;

interface CalledRow {
  readonly credential_id: string | null;
  readonly organization_id: string;
  readonly project_id: string;
  readonly [column: string]: unknown;
}

/**
 * Vendors' calls about jobs that they have taken on. A call is a hint: whoever waits for the job then asks the vendor itself, by
 * the adapter, so that one that is repeated, late or untrue changes nothing.
 */
export function createVendorWebhooks(
  deps: VendorEventsDependencies & {
    readonly tokens: CallbackTokens;
    /** Has the request's flow look at the attempt; false where the flow is over. Throws where Temporal is away. */
    readonly wake: (requestId: string, number: number) => Promise<boolean>;
  },
): VendorWebhooks {
  return {
    attemptOf: (vendor, token) => deps.tokens.attemptOf(vendor, token),
    receive: async (attempt, message) => {
      const row = await findOpen(deps.database, attempt);
      if (!row) return 'gone';
      const user = { organizationId: row.organization_id, projectId: row.project_id };
      const provider = deps.accounts.find(attempt.vendor, row.credential_id ?? undefined, user);
      const check = await checked(provider, message);
      if (check !== 'genuine') return check;
      return (await deps.wake(attempt.requestId, attempt.number)) ? 'told' : 'gone';
    },
    receiveEvent: createReceiveEvent(deps),
  };
}

/** A call that a vendor does not sign is genuine by its address alone. */
async function checked(
  provider: Provider | undefined,
  message: VendorMessage,
): Promise<'genuine' | 'forged' | 'unchecked'> {
  if (provider?.checkWebhook === undefined) return 'genuine';
  try {
    const isGenuine = await provider.checkWebhook(message, AbortSignal.timeout(CHECK_TIMEOUT_MS));
    return isGenuine ? 'genuine' : 'forged';
  } catch (error) {
    if (error instanceof ProviderFailure) return 'unchecked';
    throw error;
  }
}

async function findOpen(database: Database, attempt: CalledBack): Promise<CalledRow | undefined> {
  const [row] = await database.query<CalledRow>({
    name: 'attempt-called-back',
    text: `SELECT a.credential_id, r.organization_id, r.project_id
           FROM requests.attempts a JOIN requests.requests r ON r.id = a.request_id
           WHERE a.request_id = $1 AND a.number = $2 AND a.vendor = $3 AND a.state = 'sending'`,
    values: [attempt.requestId, attempt.number, attempt.vendor],
  });
  return row;
}
