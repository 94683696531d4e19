import { askJson } from '../../ask-json.js';
import { inlineGiven } from '../../fetch-media.js';
import type { VendorHttp } from '../../http.js';
import { badResponse, requireObject } from '../../json-answer.js';
import { asText } from '../../json-fields.js';
import { lookJson } from '../../look-json.js';
import type { VendorJobs } from '../../vendor-jobs.js';
import { fromBfl, toBfl } from './bfl-images.js';

export interface BflAccount {
  readonly apiKey: string;
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}

/** Black Forest Labs (https://docs.bfl.ai): a request is submitted once, and looked for where the vendor says. It cannot be stopped. */
export function createBflImages({ apiKey, baseUrl, http }: BflAccount): VendorJobs<'image'> {
  const root = baseUrl.replace(/\/+$/, '');
  const headers = { 'x-key': apiKey };
  return {
    submit: async (attempt) => {
      const { call, offer, signal } = attempt;
      const reach = { http, home: root, signal };
      const given = await Promise.all(call.images.map((image, index) => inlineGiven(image, reach, `image[${index}]`)));
      const mask = call.mask && (await inlineGiven(call.mask, reach, 'mask'));
      const { body } = toBfl(call, offer.vendorModel, given, mask);
      const target = { url: `${root}/${offer.vendorModel}`, headers };
      const submitted = requireObject(await askJson(http, target, body, attempt));
      const [url, id] = [asText(submitted['polling_url']), asText(submitted['id'])];
      if (url === undefined || !isOfVendor(url, root)) throw badResponse('The vendor took the request without a task.');
      return { url, ...(id !== undefined && { id }) };
    },
    check: async ({ call, offer, job, signal }) => {
      const { url = '', id } = job;
      const { warnings } = toBfl(call, offer.vendorModel, [], undefined);
      return fromBfl(await lookJson(http, { url, headers }, signal), warnings, id);
    },
  };
}

/** The key goes to nobody else: results are told of by the vendor's other hosts (`api.us1.bfl.ai`). */
function isOfVendor(url: string, root: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, hostname, protocol } = new URL(url);
  return origin === new URL(root).origin || (protocol === 'https:' && /(^|\.)bfl\.(ai|ml)$/.test(hostname));
}
