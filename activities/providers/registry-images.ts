import { createDashscopeImages } from './alibaba/images/create-dashscope-images.js';
import { createDashscopeImageJobs } from './alibaba/images/dashscope-image-jobs.js';
import { createBflImages } from './bfl/images/bfl-image-jobs.js';
import { createFalImages } from './fal/images/fal-image-jobs.js';
import { createFireworksImages } from './fireworks/images/create-fireworks-images.js';
import { createFireworksImageJobs } from './fireworks/images/fireworks-image-jobs.js';
import type { VendorHttp } from './http.js';
import type { JobCapabilities, MediaCapabilities } from './port.js';
import { createReplicateImages } from './replicate/images/replicate-image-jobs.js';
import { createBearerEndpoint } from './vendor-endpoint.js';
import type { VendorJobs } from './vendor-jobs.js';
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
};

const AS_JOBS: { readonly [vendor: string]: ((account: Account) => VendorJobs<'image'>) | undefined } = {
  alibaba: createDashscopeImageJobs,
  fireworks: createFireworksImageJobs,
  bfl: ({ apiKey = '', ...account }) => createBflImages({ apiKey, ...account }),
  fal: ({ apiKey = '', ...account }) => createFalImages({ apiKey, ...account }),
  replicate: ({ apiKey = '', ...account }) => createReplicateImages({ apiKey, ...account }),
};

/** Of vendors that are called by a key and a URL alone: how they make pictures at once, where they do. */
export function imagesOf(vendor: string, account: Account): Pick<MediaCapabilities, 'image'> {
  const create = Object.hasOwn(VENDORS, vendor) ? VENDORS[vendor] : undefined;
  return create ? { image: create(account) } : {};
}

/** As above, of those that take pictures on as jobs, some of them beside what they make at once. */
export function imageJobsOf(vendor: string, account: Account): Pick<JobCapabilities, 'image'> {
  const create = Object.hasOwn(AS_JOBS, vendor) ? AS_JOBS[vendor] : undefined;
  return create ? { image: create(account) } : {};
}

function bearer({ baseUrl, apiKey, http }: Account) {
  return { endpoint: createBearerEndpoint(baseUrl, apiKey), http, home: baseUrl };
}
