import { describe, expect, it } from 'vitest';
import type { VendorHttp, VendorRequest, VendorResponse } from './http.js';
import { fixedToken, withTokens } from './token-http.js';
import type { TokenSource } from './token-http.js';

const request = (signal = new AbortController().signal): VendorRequest => ({
  url: 'https://vendor.example.com',
  headers: { accept: 'x' },
  body: '{}',
  signal,
});

/** A vendor that answers with these statuses, one after the other. */
function vendor(...statuses: readonly number[]) {
  const seen: unknown[] = [];
  const discarded: number[] = [];
  const http: VendorHttp = {
    postJson: ({ headers }) => {
      seen.push(headers['authorization']);
      const status = statuses[seen.length - 1] ?? 200;
      const response: Partial<VendorResponse> = { status, discard: () => void discarded.push(status) };
      return Promise.resolve(response as VendorResponse);
    },
    getJson: () => Promise.reject(new Error('not sent')),
    close: () => Promise.resolve(),
  };
  return { http, seen, discarded };
}

/** `t1`, then after each drop the next. */
function renewing(): TokenSource & { readonly dropped: string[] } {
  const dropped: string[] = [];
  return { dropped, get: () => Promise.resolve(`t${dropped.length + 1}`), drop: (token) => void dropped.push(token) };
}

describe('a client with tokens', () => {
  it('sends one with each request, beside its other headers', async () => {
    const { http, seen } = vendor();
    await withTokens(http, fixedToken('t')).postJson(request());
    expect(seen).toEqual(['Bearer t']);
  });

  it('sends a request once more where its token was refused, and no more than once', async () => {
    const { http, seen, discarded } = vendor(401, 401);
    const tokens = renewing();
    const { status } = await withTokens(http, tokens).postJson(request());
    expect([seen, status, discarded, tokens.dropped]).toEqual([['Bearer t1', 'Bearer t2'], 401, [401], ['t1']]);
  });

  it('leaves a refusal of a token that cannot be renewed as it is', async () => {
    const { http, seen, discarded } = vendor(401);
    const { status } = await withTokens(http, fixedToken('t')).postJson(request());
    expect([seen.length, status, discarded]).toEqual([1, 401, []]);
  });

  it('waits for no token once the request was given up', async () => {
    const { http, seen } = vendor();
    const never: TokenSource = { get: () => new Promise(() => undefined), drop: () => undefined };
    const controller = new AbortController();
    const sent = withTokens(http, never).postJson(request(controller.signal));
    controller.abort();
    await expect(sent).rejects.toMatchObject({ failure: { class: 'cancelled' } });
    expect(seen).toEqual([]);
  });

  it('leaves an exchange that fails to those who wait for it', async () => {
    const failing: TokenSource = { get: () => Promise.reject(new Error('no token')), drop: () => undefined };
    const sent = withTokens(vendor().http, failing).postJson(request(AbortSignal.abort()));
    await expect(sent).rejects.toMatchObject({ failure: { class: 'cancelled' } });
  });
});
