import { askJson } from '../../ask-json.js';
import { inlineGiven } from '../../fetch-media.js';
import type { VendorHttp } from '../../http.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import { lookJson } from '../../look-json.js';
import { createImageMaker, urlImage } from '../../made-images.js';
import { poll, type PollClock } from '../../poll.js';
import type { MediaCapabilities } from '../../port.js';
import { readBflResult, toBfl } from './bfl-images.js';

export interface BflOptions {
  readonly apiKey: string;
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
  readonly clock?: PollClock;
}

/** Black Forest Labs (https://docs.bfl.ai): a request is submitted once, and looked for where the vendor says. */
export function createBflImages({ apiKey, baseUrl, http, clock }: BflOptions): NonNullable<MediaCapabilities['image']> {
  const root = baseUrl.replace(/\/+$/, '');
  const headers = { 'x-key': apiKey };
  return createImageMaker(http, root, async (attempt, reach) => {
    const { call, offer, signal } = attempt;
    const given = await Promise.all(call.images.map((image, index) => inlineGiven(image, reach, `image[${index}]`)));
    const mask = call.mask && (await inlineGiven(call.mask, reach, 'mask'));
    const { body, warnings } = toBfl(call, offer.vendorModel, given, mask);
    const submitted =
      asObject(await askJson(http, { url: `${root}/${offer.vendorModel}`, headers }, body, attempt)) ?? {};
    const url = asText(submitted['polling_url']);
    const id = asText(submitted['id']);
    if (url === undefined || !isOfVendor(url, root)) throw badResponse('The vendor took the request without a task.');
    const look = async () => readBflResult(await lookJson(http, { url, headers }, signal));
    const sample = await poll({ look, signal, ...(clock && { clock }) });
    return { images: [urlImage(sample)], warnings, ...(id !== undefined && { start: { vendorId: id } }) };
  });
}

/** The key goes to nobody else: results are told of by the vendor's other hosts (`api.us1.bfl.ai`). */
function isOfVendor(url: string, root: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, hostname, protocol } = new URL(url);
  return origin === new URL(root).origin || (protocol === 'https:' && /(^|\.)bfl\.(ai|ml)$/.test(hostname));
}
