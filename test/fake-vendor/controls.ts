import type { HeldRequest } from './holds.js';
import type { VendorLogEntry } from './request-log.js';
import type { Script } from './scripts.js';

/** What a test can ask of a fake vendor, in its own process or in another. Waits reject after `timeoutMs`, 15 s unless given. */
export interface FakeVendorControls {
  /** Enqueues behaviours for requests that match; markers in a prompt go before scripts. */
  script(script: Script): Promise<void>;
  held(): Promise<readonly HeldRequest[]>;
  /** Resolves once at least `count` responses stand still. */
  waitForHeld(count: number, timeoutMs?: number): Promise<readonly HeldRequest[]>;
  /** Lets one held response go on, or all; resolves to how many there were. */
  release(target?: string): Promise<number>;
  log(): Promise<readonly VendorLogEntry[]>;
  /** Resolves once at least `count` requests have come. */
  waitForReceived(count: number, timeoutMs?: number): Promise<readonly VendorLogEntry[]>;
  /** Resolves once at least `count` requests have ended, whichever way. */
  waitForEnded(count: number, timeoutMs?: number): Promise<readonly VendorLogEntry[]>;
  /** Forgets scripts, turns and the log, and releases what is held. */
  reset(): Promise<void>;
}

export const patienceMs = 15_000;
