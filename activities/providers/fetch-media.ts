import type { MediaSource } from '../../workflows/contracts/call.js';
import { imageTypeOf } from '../../workflows/domain/picture-answer.js';
import { createDownloads } from './downloads.js';
import type { VendorHttp, VendorResponse } from './http.js';
import { badResponse } from './json-answer.js';
import { ProviderFailure } from './port.js';
import { refuseCall } from './refuse-call.js';

/** The most bytes that one picture may have; 4K as PNG is some 25 MB. */
const MAX_BYTES = 50 * 1024 * 1024;

/** By what, and for whom, media is fetched that is told of by its address. */
export interface MediaReach {
  readonly http: VendorHttp;
  /** The vendor's own address, up to its host: what it keeps there is asked for as its API is. */
  readonly home: string;
  readonly signal: AbortSignal;
}

export type Bytes = Extract<MediaSource, { readonly type: 'base64' }>;

/**
 * What stands at an address that a vendor's answer names. Addresses other than the vendor's own must be public: an answer must
 * not lead into the operator's network. Throws `bad_response` where there is nothing to be had.
 */
export async function fetchMade(url: string, reach: MediaReach): Promise<Bytes> {
  const inline = fromDataUrl(url);
  if (inline) return inline;
  const bytes = await fetchBytes(url, reach);
  if (bytes === undefined) throw badResponse('The vendor named an address at which there is no picture.');
  return bytes;
}

/** A picture that the caller gave, as bytes, for vendors that fetch none themselves. Throws `invalid_request` with the field. */
export async function inlineGiven(source: MediaSource, reach: MediaReach, param: string): Promise<Bytes> {
  if (source.type === 'base64') return source;
  if (source.type === 'file-id') {
    throw refuseCall('This vendor knows no files by an id. Send the picture itself.', param);
  }
  const bytes = await fetchBytes(source.url, reach).catch((error: unknown) => {
    if (reach.signal.aborted) throw error;
    return undefined;
  });
  if (bytes === undefined) throw refuseCall('There is no picture to be had at this address.', param);
  return bytes;
}

/** For vendors that take a picture's address in place of it, and its bytes as a data URL. */
export function toUrl(source: MediaSource, param: string): string {
  if (source.type === 'url') return source.url;
  if (source.type === 'base64') return `data:${source.mediaType};base64,${source.data}`;
  throw refuseCall('This vendor knows no files by an id. Send the picture itself, or its address.', param);
}

export function fromDataUrl(url: string): Bytes | undefined {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return mediaType === undefined || data === undefined ? undefined : { type: 'base64', mediaType, data };
}

async function fetchBytes(url: string, { http, home, signal }: MediaReach): Promise<Bytes | undefined> {
  if (!/^https?:/.test(url)) return undefined;
  const response = await createDownloads({ http, trusted: [home] }).get(url, { headers: {}, signal });
  try {
    if (response.status !== 200) return undefined;
    const data = (await readAll(response)).toString('base64');
    const told = response.headers['content-type']?.split(';')[0]?.trim() ?? '';
    const mediaType = told.startsWith('image/') ? told : imageTypeOf(data);
    return data === '' ? undefined : { type: 'base64', mediaType, data };
  } finally {
    response.discard();
  }
}

async function readAll({ stream }: VendorResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) {
      throw new ProviderFailure({ class: 'bad_response' }, { message: `A picture has more than ${MAX_BYTES} bytes.` });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
