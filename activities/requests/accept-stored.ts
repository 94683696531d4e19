import type { Call } from '../../workflows/contracts/media-calls.js';
import type { StoredAcceptance } from '../../workflows/contracts/ports.js';
import type { PreparedTake } from '../../workflows/contracts/rate-limits.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import type { ContentRows } from '../content/content-rows.js';
import type { Database } from '../storage/database.js';
import { type StoreOptions, storeRequest, takeWithin, unlessLimited } from './store-request.js';

/** Stores a request whose answer is to be found by its id, with its content, all or nothing; a rate limit may refuse it. */
export function acceptStored(
  deps: { readonly database: Database; readonly rows: ContentRows },
  input: RequestInput,
  call: Call,
  options: StoreOptions,
  take?: PreparedTake,
): Promise<StoredAcceptance> {
  return unlessLimited(
    deps.database.transaction(async (transaction) => {
      await storeRequest(deps.rows, transaction, input, call, options);
      return { status: 'accepted', ...(take && { taken: await takeWithin(transaction, take) }) } as const;
    }),
  );
}
