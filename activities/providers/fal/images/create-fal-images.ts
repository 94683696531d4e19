import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { asObject, asText } from '../../json-fields.js';
import { lookJson } from '../../look-json.js';
import { createImageMaker } from '../../made-images.js';
import { poll, type PollClock } from '../../poll.js';
import type { MediaCapabilities } from '../../port.js';
import { queueAddress } from '../fal-queue.js';
import { fromFal, toFal } from './fal-images.js';

export interface FalOptions {
  readonly apiKey: string;
  /** Of the queue, for example `https://queue.fal.run`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
  readonly clock?: PollClock;
}

/** fal's queue (https://docs.fal.ai/model-apis/model-endpoints/queue): submitted once, looked for, fetched. */
export function createFalImages({ apiKey, baseUrl, http, clock }: FalOptions): NonNullable<MediaCapabilities['image']> {
  const root = baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Key ${apiKey}` };
  return createImageMaker(http, root, async (attempt) => {
    const { call, offer, signal } = attempt;
    const { body, warnings } = toFal(call, offer.vendorModel);
    const submitted =
      asObject(await askJson(http, { url: `${root}/${offer.vendorModel}`, headers }, body, attempt)) ?? {};
    const at = (field: string): string => queueAddress(submitted, field, root);
    const [status, result, cancel] = [at('status_url'), at('response_url'), at('cancel_url')];
    await poll<true>({
      look: async () => {
        const { status: word } = await lookJson(http, { url: status, headers }, signal);
        return word === 'COMPLETED' ? { done: true, value: true } : { done: false };
      },
      signal,
      ...(clock && { clock }),
      cancel: async (stopped) => (await http.putJson?.({ url: cancel, headers, body: '', signal: stopped }))?.discard(),
    });
    // A job that failed is completed too: its result has the status and the words of the failure.
    const answer = await lookJson(http, { url: result, headers }, signal);
    const id = asText(submitted['request_id']);
    return { ...fromFal(answer), warnings, ...(id !== undefined && { start: { vendorId: id } }) };
  });
}
