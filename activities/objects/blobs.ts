import type { ByteRange } from '../../workflows/contracts/objects.js';

/** Where bytes rest, by names that are ours: it knows neither whose they are nor what they mean. */
export interface Blobs {
  /** Whole or not at all. `mediaType` for those that anybody may be sent to by a URL. */
  put(name: string, bytes: AsyncIterable<Uint8Array>, mediaType?: string): Promise<void>;
  /** `undefined` where there is none. The range is within what was put. */
  read(name: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Deletes what is there, what a writer that died has left of it included; nothing there is no error. */
  erase(name: string): Promise<void>;
  /** A URL of the store's own by which anybody may read; `undefined` where it has none. */
  signedUrl(name: string, seconds: number): Promise<string | undefined>;
  /** Lets go of connections. */
  close(): void;
}

/** A name has folders between slashes, and nothing by which a path could lead elsewhere. */
export function checkName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*(\/[A-Za-z0-9][A-Za-z0-9_-]*)*$/.test(name)) return name;
  throw new Error('not the name of a blob');
}
