import { proxyActivities } from '@temporalio/workflow';
import type { UpkeepActivities } from '../contracts/activities.js';
import type { RefreshResult } from '../contracts/catalogue.js';
import { REFRESH_RETRY, REFRESH_TIMEOUT } from './steps/timeouts.js';

const upkeep = proxyActivities<UpkeepActivities>({ startToCloseTimeout: REFRESH_TIMEOUT, retry: REFRESH_RETRY });

/** Started by its schedule: newer price data is read, and what it would change is left for the operator to decide. */
export async function refreshCatalogue(): Promise<RefreshResult> {
  return upkeep.refreshCatalogue();
}
