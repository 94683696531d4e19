import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { VendorHttp, VendorRequest } from '../../activities/providers/http.js';
import { type MediaAttempt, type MediaCapabilities, ProviderFailure } from '../../activities/providers/port.js';
import { createProviders } from '../../activities/providers/registry.js';
import { CATALOGUE_VENDORS, loadCatalogue } from '../../infra/catalogue/load-catalogue.js';
import { KEYED_VENDORS } from '../../infra/runtime/media-vendors.js';
import type { AnswerEvent, Frame } from '../../workflows/contracts/answer.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { EmbeddingCall, EmbeddingInput, MediaCall } from '../../workflows/contracts/media-calls.js';
import type { Offer } from '../../workflows/contracts/offers.js';

// One exchange of a vendor's capability besides chat, through its adapter as the registry makes it.

/** What the vendor answers. */
export interface Answered {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body: unknown;
}

export interface Exchanged {
  readonly url: string;
  readonly headers: VendorRequest['headers'];
  readonly sent: JsonObject;
  readonly frames: readonly Frame[];
  readonly events: readonly AnswerEvent[];
  readonly failure?: ProviderFailure;
}

const access = (baseUrl: string) => ({ apiKey: 'k', baseUrl });
const signal = new AbortController().signal;

/** The vendors at their usual addresses, all of them with an account. */
export function allMediaProviders(http: VendorHttp) {
  const compatible = Object.fromEntries(
    KEYED_VENDORS.map((row) => [row.id, access('baseUrl' in row ? row.baseUrl : 'http://127.0.0.1:9/v1')]),
  );
  return createProviders({
    ...{ openai: access('https://api.openai.com/v1'), anthropic: access('https://api.anthropic.com') },
    google: access('https://generativelanguage.googleapis.com/v1beta'),
    vertex: { project: 'p', location: 'global', accessToken: 't' },
    bedrock: { region: 'us-east-1', apiKey: 'k' },
    azure: { endpoint: 'https://r.openai.azure.com', apiKey: 'k' },
    ...{ compatible, sandbox: true, http },
  });
}

/** Every offer of the catalogue that is served besides chat. */
export const mediaOffers: readonly Offer[] = loadCatalogue({ vendors: CATALOGUE_VENDORS }).media;

/** An offer of the catalogue, or one made up for a model that it has no longer. */
export function mediaOffer(kind: MediaCall['kind'], id: string): Offer {
  const found = mediaOffers.find((offer) => offer.kind === kind && offer.id === id);
  if (found) return found;
  const vendor = id.slice(0, id.indexOf('/'));
  const [like] = mediaOffers.filter((offer) => offer.kind === kind && offer.vendor === vendor);
  if (like === undefined) throw new Error(`${vendor} has no ${kind}`);
  const { region: _, ...offer } = like;
  return { ...offer, id, vendorModel: id.slice(vendor.length + 1) };
}

/** An attempt at vectors of these texts, or pictures, by an offer of the catalogue. */
export function embeddingAttempt(
  id: string,
  ...inputs: readonly (string | EmbeddingInput)[]
): MediaAttempt<EmbeddingCall> {
  const read = inputs.map((input) => (typeof input === 'string' ? ({ type: 'text', text: input } as const) : input));
  const source = { dialect: 'openai-embeddings', body: {} } as const;
  const call = { kind: 'embedding', source, stream: false, inputs: read } as const;
  return { call, offer: mediaOffer('embedding', id), attemptKey: 'req_1:1', signal };
}

/** Asks the offer's vendor, who answers as told. */
export async function exchange(
  call: MediaCall,
  offer: Offer,
  { status = 200, headers = {}, body }: Answered,
): Promise<Exchanged> {
  const requests: VendorRequest[] = [];
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const http: VendorHttp = {
    postJson: async (request) => {
      requests.push(request);
      return {
        status,
        headers: { 'content-type': 'application/json', ...headers },
        readText: async () => text,
        stream: (async function* () {
          yield Buffer.from(text);
        })(),
        discard: () => undefined,
        release: () => undefined,
      };
    },
    getJson: () => Promise.reject(new Error('not asked')),
    close: () => Promise.resolve(),
  };
  const provider = allMediaProviders(http).get(offer.vendor);
  const capability = provider?.media?.[call.kind] as Required<MediaCapabilities>['image'] | undefined;
  if (capability === undefined) throw new Error(`${offer.vendor} has no ${call.kind}`);
  const frames: Frame[] = [];
  let failure: ProviderFailure | undefined;
  try {
    for await (const frame of capability({ call: call as never, offer, attemptKey: 'r:1', signal })) frames.push(frame);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    failure = error;
  }
  const [request] = requests;
  return {
    url: request?.url ?? '',
    headers: request?.headers ?? {},
    sent: request === undefined ? {} : (JSON.parse(request.body) as JsonObject),
    frames,
    events: frames.flatMap(({ events }) => events),
    ...(failure && { failure }),
  };
}

export interface MediaRecording {
  readonly file: string;
  readonly url: string;
  readonly request: JsonObject;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly answer: JsonObject;
}

/** The recorded exchanges of a file, in their order; none where the folder is absent. */
export function recordingsOf(name: string): readonly MediaRecording[] {
  const path = resolve(import.meta.dirname, `../../../shared/recordings/http/${name}.jsonl`);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const row = JSON.parse(line) as {
        readonly url: string;
        readonly request: JsonObject;
        readonly status: number;
        readonly response_headers: { readonly [name: string]: string };
        readonly response: { readonly json?: JsonObject };
        readonly n: number;
      };
      const headers = Object.fromEntries(
        Object.entries(row.response_headers).map(([header, value]) => [header.toLowerCase(), value]),
      );
      return {
        ...{ file: `${name} ${row.n}`, url: row.url, request: row.request, status: row.status, headers },
        answer: row.response.json ?? {},
      };
    });
}

/** Values that a client sent to say nothing. */
export function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}
