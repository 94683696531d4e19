import { createHmac, randomBytes } from 'node:crypto';
import type { KeyMode } from '../../workflows/contracts/access.js';

/** The longest first: a key is recognised by the first that it begins with. */
const prefixes = { admin: 'sk-sluice-admin-', test: 'sk-test-sluice-', live: 'sk-sluice-' } as const;

/** A new key: 192 random bits behind a prefix that people, and scanners for leaked secrets, can tell. */
export function mintKey(kind: 'admin' | KeyMode): string {
  return `${prefixes[kind]}${randomBytes(24).toString('base64url')}`;
}

/** What is stored of a key. Without the pepper, which lives outside Postgres, nobody can test guesses against it. */
export function hashKey(pepper: Buffer, key: string): Buffer {
  return createHmac('sha256', pepper).update(key).digest();
}

/** The key's known prefix and its end, for people to recognise it by; of a key of another form nothing. */
export function hintOf(key: string): string {
  const prefix = Object.values(prefixes).find((known) => key.startsWith(known)) ?? '';
  // A key that the operator chose can be so short that its end would be most of it.
  return key.length >= prefix.length + 20 ? `${prefix}…${key.slice(-4)}` : `${prefix}…`;
}
