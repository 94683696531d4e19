import { describe, expect, it } from 'vitest';
import { keepingCredentials } from './aws-credentials.js';
import type { AwsCredentials } from './aws-signature.js';
import { ProviderFailure } from './port.js';

const MINUTE_MS = 60_000;

/** A source that numbers what it gives, good for an hour from the time that the test sets. */
function source() {
  const world = { nowMs: 0, fetched: 0, broken: false, lasting: false };
  const get = keepingCredentials(
    async (): Promise<AwsCredentials> => {
      world.fetched += 1;
      const accessKeyId = `key-${world.fetched}`;
      await Promise.resolve();
      if (world.broken) throw new Error('/home/somebody/.aws/config is broken');
      const expiration = new Date(world.nowMs + 60 * MINUTE_MS);
      return { accessKeyId, secretAccessKey: 's', ...(!world.lasting && { expiration }) };
    },
    () => world.nowMs,
  );
  return { world, get };
}

describe('credentials of AWS', () => {
  it('are fetched once, however many ask at a time', async () => {
    const { world, get } = source();
    const all = await Promise.all([get(), get(), get()]);
    expect(all.map(({ accessKeyId }) => accessKeyId)).toEqual(['key-1', 'key-1', 'key-1']);
    expect(world.fetched).toBe(1);
  });

  it('are kept until five minutes before they expire', async () => {
    const { world, get } = source();
    await get();
    world.nowMs = 55 * MINUTE_MS;
    expect((await get()).accessKeyId).toBe('key-1');
    world.nowMs += 1;
    const renewed = await Promise.all([get(), get()]);
    expect(renewed.map(({ accessKeyId }) => accessKeyId)).toEqual(['key-2', 'key-2']);
  });

  it('are kept for ever where they do not expire', async () => {
    const { world, get } = source();
    world.lasting = true;
    await get();
    world.nowMs = Number.MAX_SAFE_INTEGER;
    expect((await get()).accessKeyId).toBe('key-1');
  });

  it('are asked for again after a failure, which quotes no file', async () => {
    const { world, get } = source();
    world.broken = true;
    const error = await get().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProviderFailure);
    expect((error as ProviderFailure).failure).toEqual({ class: 'auth' });
    expect((error as ProviderFailure).detail.message).not.toContain('/home');
    world.broken = false;
    expect((await get()).accessKeyId).toBe('key-2');
  });
});
