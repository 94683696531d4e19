import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import { lookJson } from '../../look-json.js';
import { createImageMaker } from '../../made-images.js';
import { poll, type PollClock } from '../../poll.js';
import type { MediaCapabilities } from '../../port.js';
import { readPrediction, toReplicate } from './replicate-images.js';

export interface ReplicateOptions {
  readonly apiKey: string;
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
  readonly clock?: PollClock;
}

/** "The maximum is 60 seconds", after which a prediction goes on and is looked for. */
const HELD_OPEN = 'wait=60';

/** Replicate's official models (https://replicate.com/docs/reference/http#models.predictions.create). */
export function createReplicateImages({
  apiKey,
  baseUrl,
  http,
  clock,
}: ReplicateOptions): NonNullable<MediaCapabilities['image']> {
  const root = baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Bearer ${apiKey}` };
  return createImageMaker(http, root, async (attempt) => {
    const { call, offer, signal } = attempt;
    const { body, warnings } = toReplicate(call, offer.vendorModel);
    const url = `${root}/models/${offer.vendorModel}/predictions`;
    const asked = await askJson(http, { url, headers: { ...headers, prefer: HELD_OPEN } }, body, attempt);
    const prediction = asObject(asked) ?? {};
    const first = readPrediction(prediction);
    if (first.done) return { ...first.value, warnings };
    const id = asText(prediction['id']);
    if (id === undefined) throw badResponse('The vendor took the request without a task.');
    const at = `${root}/predictions/${encodeURIComponent(id)}`;
    const made = await poll({
      look: async () => readPrediction(await lookJson(http, { url: at, headers }, signal)),
      signal,
      ...(clock && { clock }),
      cancel: async (stopped) =>
        (await http.postJson({ url: `${at}/cancel`, headers, body: '{}', signal: stopped })).discard(),
    });
    return { ...made, warnings };
  });
}
