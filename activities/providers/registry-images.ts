import { createDashscopeImages } from './alibaba/images/create-dashscope-images.js';
import { createBflImages } from './bfl/images/create-bfl-images.js';
import { createFalImages } from './fal/images/create-fal-images.js';
import { createFireworksImages } from './fireworks/images/create-fireworks-images.js';
import type { VendorHttp } from './http.js';
import type { MediaCapabilities } from './port.js';
import { createReplicateImages } from './replicate/images/create-replicate-images.js';
import { createBearerEndpoint } from './vendor-endpoint.js';
import { createSeedream } from './volcengine/images/create-seedream.js';
import { createXaiImages } from './xai/images/create-xai-images.js';

interface Account {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly http: VendorHttp;
}

type CreateImages = (account: Account) => NonNullable<MediaCapabilities['image']>;

const VENDORS: { readonly [vendor: string]: CreateImages | undefined } = {
  alibaba: createDashscopeImages,
  fireworks: createFireworksImages,
  volcengine: (account) => createSeedream(bearer(account)),
  xai: (account) => createXaiImages(bearer(account)),
  bfl: ({ apiKey = '', ...account }) => createBflImages({ apiKey, ...account }),
  fal: ({ apiKey = '', ...account }) => createFalImages({ apiKey, ...account }),
  replicate: ({ apiKey = '', ...account }) => createReplicateImages({ apiKey, ...account }),
};

/** Of vendors that are called by a key and a URL alone: how they make pictures, where they do. */
export function imagesOf(vendor: string, account: Account): Pick<MediaCapabilities, 'image'> {
  const create = Object.hasOwn(VENDORS, vendor) ? VENDORS[vendor] : undefined;
  return create ? { image: create(account) } : {};
}

function bearer({ baseUrl, apiKey, http }: Account) {
  return { endpoint: createBearerEndpoint(baseUrl, apiKey), http, home: baseUrl };
}
