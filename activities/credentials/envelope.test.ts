import { describe, expect, it } from 'vitest';
import { newKey } from '../storage/cipher.js';
import { openSecret, rewrap, sealSecret, toMasterKey } from './envelope.js';

const context = { id: 'cred_1', vendor: 'openai', organizationId: 'org_1', projectId: 'proj_1' };
const fields = { api_key: 'sk-very-secret-1234' };
const master = toMasterKey(newKey());

describe('a sealed secret', () => {
  it('opens with its master key, and shows nothing of itself before', () => {
    const envelope = sealSecret(master, context, fields);
    expect(openSecret([master], context, envelope)).toEqual(fields);
    const bytes = Buffer.concat([envelope.secret, envelope.wrappedKey]).toString('latin1');
    expect(bytes).not.toContain('secret');
  });

  it.each([
    ['another id', { ...context, id: 'cred_2' }],
    ['another vendor', { ...context, vendor: 'anthropic' }],
    ['another organisation', { ...context, organizationId: 'org_2' }],
    ['another project', { ...context, projectId: 'proj_2' }],
    ['the operator', { id: context.id, vendor: context.vendor }],
  ])('does not open as that of %s', (_name, other) => {
    const envelope = sealSecret(master, context, fields);
    expect(() => openSecret([master], other, envelope)).toThrow();
  });

  it('does not open with another master key', () => {
    const envelope = sealSecret(master, context, fields);
    expect(() => openSecret([toMasterKey(newKey())], context, envelope)).toThrow('master key');
  });

  it('is the same under a new master key, and leaves the old one', () => {
    const next = toMasterKey(newKey());
    const old = sealSecret(master, context, fields);
    const moved = rewrap([next, master], next, context, old);
    expect(moved.secret).toEqual(old.secret);
    expect(openSecret([next], context, moved)).toEqual(fields);
    expect(() => openSecret([master], context, moved)).toThrow('master key');
  });

  it('has a key of its own each time', () => {
    const [one, two] = [sealSecret(master, context, fields), sealSecret(master, context, fields)];
    expect(one.secret).not.toEqual(two.secret);
    expect(one.wrappedKey).not.toEqual(two.wrappedKey);
  });
});
