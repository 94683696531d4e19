import { expect } from 'vitest';
import type { Json } from '../../workflows/contracts/json.js';

const secretName = /token|hash|secret|password|pepper|^value$|^key$/i;
/** A key as it is minted; a hint of one has an ellipsis in it. */
const secretText = /sk-[A-Za-z0-9_-]{20,}/;

/** The paths at which what a change showed before or after it looks like a secret. */
export function secretsIn(value: Json | undefined, path = ''): readonly string[] {
  if (typeof value === 'string') return secretText.test(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const inside = path === '' ? name : `${path}.${name}`;
    return secretName.test(name) ? [inside] : secretsIn(inner, inside);
  });
}

export function expectNoSecrets(value: Json | undefined): void {
  expect(secretsIn(value)).toEqual([]);
}
