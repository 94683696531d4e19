import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { keepAliveOf } from './keep-alive.js';

const SETTING_MS = 15_000;

function requestOf(header?: string, keepAliveSeconds?: number): FastifyRequest {
  const caller = { projectId: 'proj', ...(keepAliveSeconds !== undefined && { keepAliveSeconds }) };
  const headers = header === undefined ? {} : { 'x-sluice-keepalive-seconds': header };
  return { headers, caller } as unknown as FastifyRequest;
}

describe('keepAliveOf', () => {
  it.each([
    ['the setting', undefined, undefined, SETTING_MS],
    ['the key before the setting', undefined, 30, 30_000],
    ['a key that wants none', undefined, 0, undefined],
    ['the caller before the key', '5', 0, 5_000],
    ['a caller who wants none', '0', 30, undefined],
  ])('is that of %s', (_, header, seconds, expected) => {
    expect(keepAliveOf(requestOf(header, seconds), SETTING_MS)).toBe(expected);
  });

  it.each(['', '1.5', '-1', '10000', '05'])('refuses %j', (header) => {
    const refusal = { code: 'invalid_request', param: 'x-sluice-keepalive-seconds' };
    expect(() => keepAliveOf(requestOf(header), SETTING_MS)).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining(refusal) as object }) as Error,
    );
  });
});
