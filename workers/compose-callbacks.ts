import type { Client } from '@temporalio/client';
import { createCallbackTokens } from '../activities/model-calls/callback-address.js';
import { createVendorWebhooks } from '../activities/model-calls/vendor-webhooks.js';
import type { Accounts } from '../activities/providers/port.js';
import type { Database } from '../activities/storage/database.js';
import type { Config } from '../infra/runtime/config.js';
import type { CalledBack, VendorWebhooks } from '../workflows/contracts/vendor-webhooks.js';
import { vendorSpoke } from '../workflows/messages/vendor-spoke.js';
import { derivedKeys } from './derived-key.js';
import { tellIfOpen } from './temporal-calls.js';

/** A vendor waits for its answer: beyond it, Temporal counts as away, and the vendor may call again. */
const WAKE_DEADLINE_MS = 5_000;

export interface ComposedCallbacks {
  readonly webhooks: VendorWebhooks;
  /** Where the attempt's vendor may call; nothing where it cannot reach this gateway. */
  urlOf(attempt: CalledBack): string | undefined;
  /** Where this process can be reached by itself, known only when it listens. */
  listensAt(url: string): void;
}

interface CallbackParts {
  readonly database: Database;
  readonly client: Client;
  readonly accounts: Accounts;
  readonly wakeBatch: (vendorBatchId: string) => Promise<void>;
}

/** What vendors are told to call, and what becomes of it when they do. */
export function composeCallbacks(
  config: Config,
  { database, client, accounts, wakeBatch }: CallbackParts,
): ComposedCallbacks {
  const tokens = createCallbackTokens(derivedKeys(config, 'vendor-webhooks'));
  const publicUrl = callableUrl(config);
  let ownUrl: string | undefined;
  return {
    webhooks: createVendorWebhooks({
      ...{ database, accounts, tokens, wakeBatch },
      wake: (requestId, number) =>
        tellIfOpen(client, () => client.workflow.getHandle(requestId).signal(vendorSpoke, number), WAKE_DEADLINE_MS),
    }),
    urlOf: (attempt) => {
      // The sandbox is in this very process, and calls from there.
      const base = attempt.vendor === 'sandbox' ? ownUrl : publicUrl;
      return base === undefined ? undefined : `${base}/v1/vendor_webhooks/${attempt.vendor}/${tokens.tokenOf(attempt)}`;
    },
    listensAt: (url) => {
      ownUrl = url;
    },
  };
}

/** Vendors refuse a job that they are to call back about in the clear: without TLS they are asked, and told of no address. */
function callableUrl({ http: { publicUrl, vendorWebhooks } }: Config): string | undefined {
  return vendorWebhooks && publicUrl?.startsWith('https://') ? publicUrl : undefined;
}
