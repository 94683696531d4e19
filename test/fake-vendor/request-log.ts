import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { VendorApi, VendorName } from './ask.js';

/** One request that the fake was sent, and what became of its answer. */
export interface VendorLogEntry {
  /** `req_fake_000001`, …: also the vendor's request id in the response's headers. */
  readonly id: string;
  readonly at: string;
  readonly vendor: VendorName;
  readonly api: VendorApi;
  readonly idempotencyKey?: string;
  /** `keyMarkOf` the key that it came with. */
  readonly keyMark: string;
  readonly model?: string;
  readonly stream: boolean;
  /** The behaviour's name, `answer` where none was asked for. */
  readonly behaviour: string;
  readonly headers: { readonly [name: string]: string };
  /** The request as it was sent, where the fake keeps bodies. */
  readonly body?: JsonObject;
  readonly status?: number;
  /** Bytes of the body handed to the system so far. */
  readonly bytesSent: number;
  /** Every byte of the planned answer went out, refusals included. */
  readonly finishedCleanly: boolean;
  readonly abortedByClient: boolean;
  /** The usage object whose last byte has gone out; the vendor would bill it. */
  readonly usageAnswered?: JsonObject;
  readonly endedAt?: string;
}

export interface RequestLog {
  add(entry: VendorLogEntry): void;
  update(id: string, change: Partial<VendorLogEntry>): void;
  /** Closes a request's entry; the last that is written of it. */
  end(id: string, change: Partial<VendorLogEntry>): void;
  entries(): readonly VendorLogEntry[];
  clear(): void;
  close(): void;
}

/** In memory, and in a file of JSON lines where a path is given: one line when a request comes, one when it has ended. */
export const createRequestLog = (path: string | undefined, changed: () => void): RequestLog => {
  const entries = new Map<string, VendorLogEntry>();
  const file = path === undefined ? undefined : openSync(path, 'a');
  // Written synchronously: a test that kills this process must find what had happened before.
  const persist = (entry: VendorLogEntry) => {
    if (file !== undefined) writeSync(file, `${JSON.stringify(entry)}\n`);
  };
  const update = (id: string, change: Partial<VendorLogEntry>): VendorLogEntry | undefined => {
    const entry = entries.get(id);
    // The log may have been cleared while the request was running.
    if (entry === undefined) return undefined;
    const updated = { ...entry, ...change };
    entries.set(id, updated);
    return updated;
  };
  return {
    add: (entry) => {
      entries.set(entry.id, entry);
      persist(entry);
      changed();
    },
    update: (id, change) => void update(id, change),
    end: (id, change) => {
      const entry = update(id, { ...change, endedAt: new Date().toISOString() });
      if (entry !== undefined) persist(entry);
      changed();
    },
    entries: () => [...entries.values()],
    clear: () => entries.clear(),
    close: () => {
      if (file !== undefined) closeSync(file);
    },
  };
};

/** Reads a log file back, each request once, as its last line tells it. */
export const readRequestLog = (path: string): readonly VendorLogEntry[] => {
  const lines = readFileSync(path, 'utf8').split('\n');
  const entries = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as VendorLogEntry);
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
};
