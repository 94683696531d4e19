import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import type { SoughtVendorBatch, VendorBatchRef } from '../../port.js';
import { hasEnded } from './from-openrouter-batch.js';

type Look = (path: string) => Promise<JsonObject>;

const PAGES_TO_LOOK_THROUGH = 5;
const PAGE = 100;
/** How far the vendor's clock and ours may be apart. */
const CLOCKS_APART_MS = 5 * 60_000;

/**
 * Nothing of ours is kept with a batch (https://openrouter.ai/docs/api/api-reference/batch/list-batches). One that was made since, of as many
 * lines, may be the one sought, and is where the first of its results is of one of its lines; results are there once it has ended.
 */
export async function findOpenRouterBatch(
  look: Look,
  sought: SoughtVendorBatch,
): Promise<VendorBatchRef | 'undecided' | undefined> {
  let isUndecided = false;
  for await (const batch of listSince(look, Date.now() - sought.agoMs - CLOCKS_APART_MS)) {
    const id = asText(batch['id']);
    if (id === undefined || !mayBe(batch, sought)) continue;
    if (!hasEnded(batch)) isUndecided = true;
    // Others may have no results to tell them by.
    else if (batch['status'] === 'completed' && (await isSought(look, id, sought))) return { id };
  }
  return isUndecided ? 'undecided' : undefined;
}

/** Requests are counted once they have been read. */
function mayBe(batch: JsonObject, { lines: { least, most } }: SoughtVendorBatch): boolean {
  const total = asObject(batch['request_counts'])?.['total'];
  if (batch['status'] === 'validating' || typeof total !== 'number') return true;
  return total >= least && total <= most;
}

async function* listSince(look: Look, sinceMs: number): AsyncGenerator<JsonObject> {
  let after = '';
  for (let page = 0; page < PAGES_TO_LOOK_THROUGH; page += 1) {
    const since = new Date(sinceMs).toISOString();
    const list = await look(`/batches?limit=${PAGE}&created_after=${since}${after}`);
    yield* asObjects(list['data']);
    const last = asText(list['last_id']);
    if (list['has_more'] !== true || last === undefined) return;
    after = `&after=${encodeURIComponent(last)}`;
  }
}

async function isSought(look: Look, id: string, { hasLine }: SoughtVendorBatch): Promise<boolean> {
  const { data } = await look(`/batches/${encodeURIComponent(id)}/results?limit=1`);
  const [first] = asObjects(data);
  return first !== undefined && hasLine(asText(first['custom_id']) ?? '');
}
