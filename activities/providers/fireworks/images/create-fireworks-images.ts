import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import { createImageMaker } from '../../made-images.js';
import { poll, type PollClock } from '../../poll.js';
import type { MediaCapabilities } from '../../port.js';
import { fromFireworks, isTask, readFireworksTask, toFireworks } from './fireworks-images.js';

export interface FireworksOptions {
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly http: VendorHttp;
  readonly clock?: PollClock;
}

export function createFireworksImages({
  baseUrl,
  apiKey,
  http,
  clock,
}: FireworksOptions): NonNullable<MediaCapabilities['image']> {
  const root = baseUrl.replace(/\/+$/, '');
  const headers = { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) };
  return createImageMaker(http, root, async (attempt) => {
    const { call, offer, signal } = attempt;
    const { body, warnings } = toFireworks(call, offer.vendorModel);
    const url = `${root}/workflows/${offer.vendorModel}`;
    if (!isTask(offer.vendorModel)) {
      const answer = await askJson(
        http,
        { url: `${url}/text_to_image`, headers: { ...headers, accept: 'application/json' } },
        body,
        attempt,
      );
      return { images: fromFireworks(answer), warnings };
    }
    const id = asText(asObject(await askJson(http, { url, headers }, body, attempt))?.['request_id']);
    if (id === undefined) throw badResponse('The vendor took the request without a task.');
    const { attemptKey } = attempt;
    const look = async () => {
      const found = await askJson(http, { url: `${url}/get_result`, headers }, { id }, { attemptKey, signal });
      return readFireworksTask(asObject(found) ?? {});
    };
    const images = await poll({ look, signal, ...(clock && { clock }) });
    return { images, warnings, start: { vendorId: id } };
  });
}
