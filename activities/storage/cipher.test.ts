import { describe, expect, it } from 'vitest';
import { newKey, seal, sealJson, unseal, unsealJson } from './cipher.js';

const key = newKey();
const plain = Buffer.from('What the caller said: größe 🙂');

describe('what is sealed', () => {
  it('comes back byte for byte under the same key and context', () => {
    expect(unseal(key, 'req_1/call', seal(key, 'req_1/call', plain))).toEqual(plain);
    expect(unseal(key, '', seal(key, '', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  it('comes back as JSON, whatever characters it holds', () => {
    const value = { text: 'a\0b \ud800 🙂', list: [1, null, { deep: true }] };
    expect(unsealJson(key, 'x', sealJson(key, 'x', value))).toEqual(value);
  });

  it('shows nothing of itself, and never looks the same twice', () => {
    const [one, other] = [seal(key, 'x', plain), seal(key, 'x', plain)];
    expect(one.includes('caller')).toBe(false);
    expect(one.equals(other)).toBe(false);
    expect(one.length).toBe(plain.length + 12 + 16);
  });

  it('does not open under another key or in another place', () => {
    const sealed = seal(key, 'req_1/1/0', plain);
    expect(() => unseal(newKey(), 'req_1/1/0', sealed)).toThrow();
    expect(() => unseal(key, 'req_1/1/1', sealed)).toThrow();
    expect(() => unseal(key, 'req_2/1/0', sealed)).toThrow();
  });

  it('does not open with any byte changed or missing', () => {
    const sealed = seal(key, 'x', plain);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => unseal(key, 'x', changed), `byte ${at}`).toThrow();
      expect(() => unseal(key, 'x', sealed.subarray(0, at)), `${at} bytes`).toThrow();
    }
  });

  it('does not open with a shortened tag', () => {
    const sealed = seal(key, 'x', Buffer.alloc(0));
    for (let length = 12; length < sealed.length; length++) {
      expect(() => unseal(key, 'x', sealed.subarray(0, length)), `${length} bytes`).toThrow();
    }
  });
});

it('a key is 256 random bits', () => {
  expect(newKey()).toHaveLength(32);
  expect(newKey().equals(newKey())).toBe(false);
});
