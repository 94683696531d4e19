import { readHttpFailure, type VendorHttp } from './http.js';
import { asObjects, asText } from './json-fields.js';
import { lookJson, readJson, succeedUnlessGone } from './look-json.js';
import { ProviderFailure } from './port.js';

/** An object of Cloud Storage, or what the names of several begin with: `gs://bucket/name`. */
export type GsUri = `gs://${string}`;

/** Objects in buckets, for vendors that fetch their work there and leave it there. Every method throws a `ProviderFailure`. */
export interface GoogleStorage {
  /** Never holds more of it than a piece. */
  put(object: GsUri, pieces: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Those whose names begin so. */
  list(beginning: GsUri, signal: AbortSignal): Promise<readonly GsUri[]>;
  read(object: GsUri, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** All whose names begin so; succeeds where nothing is there. */
  removeAll(beginning: GsUri, signal: AbortSignal): Promise<void>;
}

const GOOGLE = 'https://storage.googleapis.com';

/** Cloud Storage's JSON API (https://cloud.google.com/storage/docs/json_api); `http` shows who asks. */
export function createGoogleStorage(options: { readonly http: VendorHttp; readonly baseUrl?: string }): GoogleStorage {
  const { http, baseUrl = GOOGLE } = options;
  const headers = { accept: 'application/json' };
  const at = (uri: GsUri): string => {
    const { bucket, name } = placeOf(uri);
    return `${baseUrl}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  };
  const list: GoogleStorage['list'] = async (beginning, signal) => {
    const { bucket, name } = placeOf(beginning);
    const found: GsUri[] = [];
    for (let token: string | undefined = ''; token !== undefined;) {
      const query = `prefix=${encodeURIComponent(name)}${token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`}`;
      const page = await lookJson(http, { url: `${baseUrl}/storage/v1/b/${bucket}/o?${query}`, headers }, signal);
      for (const item of asObjects(page['items'])) found.push(`gs://${bucket}/${asText(item['name']) ?? ''}`);
      token = asText(page['nextPageToken']);
    }
    return found;
  };
  return {
    list,
    put: async (object, pieces, signal) => {
      const { bucket, name } = placeOf(object);
      const url = `${baseUrl}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
      const sent = { url, headers: { 'content-type': 'application/jsonl' }, body: '', bytes: { open: once(pieces) } };
      await readJson(http.postJson({ ...sent, signal }));
    },
    read: async function* (object, signal) {
      const response = await http.getJson({ url: `${at(object)}?alt=media`, headers: {}, signal });
      try {
        if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
        yield* response.stream;
      } finally {
        response.discard();
      }
    },
    removeAll: async (beginning, signal) => {
      for (const object of await list(beginning, signal)) {
        await succeedUnlessGone(http.deleteJson?.({ url: at(object), headers, signal }));
      }
    },
  };
}

/** What has begun to be read cannot be sent again, as after a token was refused: all of it is sent anew, by whoever tries again. */
function once(pieces: AsyncIterable<Uint8Array>): () => Promise<AsyncIterable<Uint8Array>> {
  let isOpened = false;
  return () => {
    if (isOpened) {
      const message = 'Cloud Storage refused a token in the middle of an upload.';
      return Promise.reject(new ProviderFailure({ class: 'connection' }, { message }));
    }
    isOpened = true;
    return Promise.resolve(pieces);
  };
}

function placeOf(uri: GsUri): { readonly bucket: string; readonly name: string } {
  const [, bucket = '', name = ''] = /^gs:\/\/([^/]*)\/?(.*)$/s.exec(uri) ?? [];
  return { bucket, name };
}
