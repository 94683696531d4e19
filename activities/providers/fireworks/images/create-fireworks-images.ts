import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { createImageMaker } from '../../made-images.js';
import type { MediaCapabilities } from '../../port.js';
import { fromFireworks, toFireworks } from './fireworks-images.js';

export interface FireworksAccount {
  /** Up to and with the version. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly http: VendorHttp;
}

/** Pictures that are there at once; those of FLUX Kontext are jobs. */
export function createFireworksImages(account: FireworksAccount): NonNullable<MediaCapabilities['image']> {
  const { http, baseUrl } = account;
  const { at, headers } = workflowsAt(account);
  return createImageMaker(http, baseUrl.replace(/\/+$/, ''), async (attempt) => {
    const { call, offer } = attempt;
    const { body, warnings } = toFireworks(call, offer.vendorModel);
    const url = `${at(offer.vendorModel)}/text_to_image`;
    const target = { url, headers: { ...headers, accept: 'application/json' } };
    return { images: fromFireworks(await askJson(http, target, body, attempt)), warnings };
  });
}

/** Where the vendor has its models that make pictures, and what it is shown. */
export function workflowsAt({ baseUrl, apiKey }: Omit<FireworksAccount, 'http'>): {
  at(model: string): string;
  readonly headers: { readonly [name: string]: string };
} {
  const root = baseUrl.replace(/\/+$/, '');
  return {
    at: (model) => `${root}/workflows/${model}`,
    headers: { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) },
  };
}
