import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { VendorHttp } from '../../http.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { lookJson, lookJsonLines } from '../../look-json.js';
import type { SoughtVendorBatch, VendorBatchRef } from '../../port.js';

export interface MessageBatchesPlace {
  readonly http: VendorHttp;
  /** Of the list. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** The address of a batch's results. */
  readonly resultsOf: (batch: VendorBatchRef) => string;
}

const PAGES_TO_LOOK_THROUGH = 5;
const PAGE = 100;
/** How far the vendor's clock and ours may be apart. */
const CLOCKS_APART_MS = 5 * 60_000;

/**
 * Anthropic's batches have no metadata (https://platform.claude.com/docs/en/api/listing-message-batches). One that was made since, of as
 * many lines, may be the one sought, and is where the first of its results is of one of its lines; results are there once it has ended.
 */
export async function findMessageBatch(
  place: MessageBatchesPlace,
  sought: SoughtVendorBatch,
  signal: AbortSignal,
): Promise<VendorBatchRef | 'undecided' | undefined> {
  let isUndecided = false;
  for await (const batch of listSince(place, Date.now() - sought.agoMs - CLOCKS_APART_MS, signal)) {
    const id = asText(batch['id']);
    if (id === undefined || !mayHave(linesOf(batch), sought)) continue;
    if (batch['processing_status'] !== 'ended') isUndecided = true;
    else if (batch['results_url'] !== null && (await isSought(place, { id }, sought, signal))) return { id };
  }
  return isUndecided ? 'undecided' : undefined;
}

function mayHave(count: number, { lines: { least, most } }: SoughtVendorBatch): boolean {
  return count >= least && count <= most;
}

/** The newest come first. */
async function* listSince(
  { http, url, headers }: MessageBatchesPlace,
  sinceMs: number,
  signal: AbortSignal,
): AsyncGenerator<JsonObject> {
  let after = '';
  for (let page = 0; page < PAGES_TO_LOOK_THROUGH; page += 1) {
    const list = await lookJson(http, { url: `${url}?limit=${PAGE}${after}`, headers }, signal);
    for (const batch of asObjects(list['data'])) {
      if (Date.parse(asText(batch['created_at']) ?? '') < sinceMs) return;
      yield batch;
    }
    const last = asText(list['last_id']);
    if (list['has_more'] !== true || last === undefined) return;
    after = `&after_id=${encodeURIComponent(last)}`;
  }
}

/** Each request is counted in one of its states. */
function linesOf(batch: JsonObject): number {
  const counts = Object.values(asObject(batch['request_counts']) ?? {});
  return counts.reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);
}

async function isSought(
  { http, headers, resultsOf }: MessageBatchesPlace,
  batch: VendorBatchRef,
  { hasLine }: SoughtVendorBatch,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const line of lookJsonLines(http, { url: resultsOf(batch), headers }, signal)) {
    return hasLine(asText(line['custom_id']) ?? '');
  }
  return false;
}
