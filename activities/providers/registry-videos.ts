import { createDashscopeVideos } from './alibaba/video/dashscope-videos.js';
import { createFalVideos } from './fal/video/fal-videos.js';
import type { VendorHttp } from './http.js';
import { createKlingVideos } from './kling/video/kling-videos.js';
import { createMiniMaxVideos } from './minimax/video/minimax-videos.js';
import type { JobCapabilities } from './port.js';
import { createReplicateVideos } from './replicate/video/replicate-videos.js';
import { createBearerEndpoint } from './vendor-endpoint.js';
import type { VendorJobs } from './vendor-jobs.js';
import { createSeedanceVideos } from './volcengine/video/seedance-videos.js';
import { createXaiVideos } from './xai/video/xai-videos.js';

interface Account {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly http: VendorHttp;
}

const VENDORS: { readonly [vendor: string]: ((account: Account) => VendorJobs<'video'>) | undefined } = {
  alibaba: createDashscopeVideos,
  volcengine: (account) => createSeedanceVideos(bearer(account)),
  minimax: ({ apiKey = '', ...account }) => createMiniMaxVideos({ apiKey, ...account }),
  xai: (account) => createXaiVideos(bearer(account)),
  fal: ({ apiKey = '', ...account }) => createFalVideos({ apiKey, ...account }),
  kling: ({ apiKey = '', ...account }) => createKlingVideos({ apiKey, ...account }),
  replicate: ({ apiKey = '', ...account }) => createReplicateVideos({ apiKey, ...account }),
};

/** Of vendors that are called by a key and a URL alone: how they make videos, where they do. */
export function videosOf(vendor: string, account: Account): JobCapabilities {
  const create = Object.hasOwn(VENDORS, vendor) ? VENDORS[vendor] : undefined;
  return create ? { video: create(account) } : {};
}

function bearer({ baseUrl, apiKey, http }: Account) {
  return { endpoint: createBearerEndpoint(baseUrl, apiKey), http };
}
