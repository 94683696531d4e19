import type { VendorHttp } from '../../activities/providers/http.js';
import type { VendorJobRef, VendorJobState } from '../../activities/providers/port.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { VideoCall } from '../../workflows/contracts/media-calls.js';
import { allMediaProviders, mediaOffer } from './media-exchange.js';

// A job of a video at a vendor, through its adapter as the registry makes it.

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}
type Answer = JsonObject | { readonly status: number; readonly body: JsonObject };

/** A vendor that answers each question in turn. */
function vendorOf(answers: readonly Answer[]): { readonly http: VendorHttp; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const ask = (method: string) => (request: { url: string; headers: Sent['headers']; body?: string }) => {
    const { url, headers, body } = request;
    sent.push({ method, url, headers, ...(body ? { body: JSON.parse(body) as JsonObject } : {}) });
    const next = answers[sent.length - 1] ?? {};
    const { status } = next;
    const text = JSON.stringify(typeof status === 'number' ? next['body'] : next);
    return Promise.resolve({
      ...{ status: typeof status === 'number' ? status : 200, headers: { 'content-type': 'application/json' } },
      ...{ readText: () => Promise.resolve(text), discard: () => undefined, release: () => undefined },
      stream: (async function* () {
        yield Buffer.from(text);
      })(),
    });
  };
  const close = () => Promise.resolve();
  const elsewhere = { postJson: ask('POST'), getJson: fetchPicture, close };
  return { http: { postJson: ask('POST'), getJson: ask('GET'), putJson: ask('PUT'), elsewhere, close }, sent };
}

/** The open internet, which has one picture. */
const fetchPicture: VendorHttp['getJson'] = ({ url }) =>
  Promise.resolve({
    ...{ status: url === PICTURE_URL.url ? 200 : 404, headers: { 'content-type': 'image/png' } },
    ...{ readText: () => Promise.resolve(''), discard: () => undefined, release: () => undefined },
    stream: (async function* () {
      yield await Promise.resolve(Buffer.from(PICTURE.data, 'base64'));
    })(),
  });

export const PICTURE = { type: 'base64', mediaType: 'image/png', data: 'AAAA' } as const;
/** The same at an address. */
export const PICTURE_URL = { type: 'url', url: 'https://pictures.example/sea.png' } as const;
export const DATA_URL = 'data:image/png;base64,AAAA';
export const callOf = (changes: Partial<VideoCall> = {}): VideoCall => ({
  ...{ kind: 'video', stream: false, prompt: 'a sea', references: [], count: 1 },
  source: { dialect: 'openai-videos', body: {} },
  ...changes,
});

/** Of vendors that have no price in USD to go by, an operator's own. */
const OWN: { readonly [vendor: string]: Partial<Offer> | undefined } = {
  replicate: { variants: [] },
  kling: { variants: [] },
  volcengine: {
    prices: { video_seconds: { usd: '0.2', per: 1 } },
    variants: [
      { when: { resolution: '480p' }, prices: { video_seconds: { usd: '0.1', per: 1 } } },
      { when: { resolution: '720p' }, prices: { video_seconds: { usd: '0.2', per: 1 } } },
    ],
  },
};
export function offerOf(id: string): Offer {
  const vendor = id.slice(0, id.indexOf('/'));
  const own = OWN[vendor];
  if (own === undefined) return mediaOffer('video', id);
  const like = mediaOffer('video', 'fal/minimax/h3/text-to-video');
  return { ...like, ...own, id, vendor, vendorModel: id.slice(vendor.length + 1) };
}

export function jobsOf(id: string, call: VideoCall, answers: readonly Answer[]) {
  const { http, sent } = vendorOf(answers);
  const offer = offerOf(id);
  const jobs = allMediaProviders(http).get(offer.vendor)?.jobs?.video;
  if (!jobs) throw new Error(`${offer.vendor} makes no videos`);
  const callbackUrl = 'https://gw.example/v1/vendor_webhooks/x/t?y=1';
  const attempt = { call, offer, attemptKey: 'req_1:1', signal: new AbortController().signal, callbackUrl };
  return {
    sent,
    submit: () => jobs.submit(attempt),
    check: (job: VendorJobRef) => jobs.check({ ...attempt, job }),
    jobs,
  };
}

export async function handIn(id: string, call: VideoCall, answer: Answer) {
  const { sent, submit } = jobsOf(id, call, [answer]);
  const job = await submit();
  return { job, sent: sent[0]! };
}

export async function look(id: string, job: VendorJobRef, answers: readonly Answer[], call = callOf()) {
  const { sent, check } = jobsOf(id, call, answers);
  const state: VendorJobState = await check(job);
  return { state, sent };
}

/** What a look at a job comes to that is done. */
export const made = (url: string, seconds: number, source: 'reported' | 'counted', more: object = {}) => ({
  status: 'succeeded',
  outputs: [{ type: 'url', url, seconds }],
  usage: { units: { video_seconds: seconds }, source },
  ...more,
});
