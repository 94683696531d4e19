import { type ClientRequest, request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INFERENCE_KEY } from '../testing/fake-dependencies.js';
import { type OpenApp, openApp } from '../testing/open-app.js';
import { FORM_TYPE, silence, soundForm } from '../testing/sound-form.js';

// How many large files of forms one process takes at once, on real connections.

const AT_ONCE = 32;
const MEBIBYTE = 1024 * 1024;
/** A little more than what is carried in a call. */
const large = soundForm({ model: 'sandbox/transcription' }, silence(70));
const small = soundForm({ model: 'sandbox/transcription' }, silence(1));

let open: OpenApp;
let begun: number;
let broken: number;
beforeEach(async () => {
  open = await openApp({ maxInFlight: AT_ONCE + 8, maxBodyBytes: 2 * MEBIBYTE, maxFileBytes: 4 * MEBIBYTE });
  [begun, broken] = [0, 0];
  const { objects } = open.world.deps;
  const put = objects.put.bind(objects);
  const counted: typeof put = (...what) => {
    begun += 1;
    return put(...what).catch((error: unknown) => {
      broken += 1;
      throw error;
    });
  };
  Object.assign(objects, { put: counted });
});
afterEach(() => open.close());

const headers = { authorization: `Bearer ${INFERENCE_KEY}`, ...FORM_TYPE };
const url = (): string => `${open.baseUrl}/v1/audio/transcriptions`;

async function post(
  form: Buffer,
): Promise<{ readonly status: number; readonly code: unknown; readonly again: unknown }> {
  const response = await fetch(url(), { method: 'POST', headers, body: new Uint8Array(form) });
  const { error } = (await response.json()) as { readonly error?: { readonly code: string } };
  return { status: response.status, code: error?.code, again: response.headers.get('retry-after') };
}

/** Sends all of a form but its end. */
function beginUpload(): ClientRequest {
  const upload = httpRequest(url(), {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'content-length': large.length },
  });
  // It is broken off by the test.
  upload.on('error', () => undefined);
  upload.write(large.subarray(0, -20));
  return upload;
}

describe('large files of forms', () => {
  it('are taken so many at once; one that is cut gives its place back, and small ones need none', async () => {
    const uploads = Array.from({ length: AT_ONCE }, beginUpload);
    await expect.poll(() => begun, { timeout: 30_000 }).toBe(AT_ONCE);

    expect(await post(large)).toEqual({ status: 503, code: 'too_many_in_flight', again: '1' });
    expect(begun).toBe(AT_ONCE);
    expect((await post(small)).status).toBe(200);

    uploads.forEach((upload) => upload.destroy());
    await expect.poll(() => broken, { timeout: 30_000 }).toBe(AT_ONCE);
    // As many again, so that no place was lost.
    const next = Array.from({ length: AT_ONCE - 1 }, beginUpload);
    await expect.poll(() => begun, { timeout: 30_000 }).toBe(2 * AT_ONCE - 1);
    expect((await post(large)).status).toBe(200);
    next.forEach((upload) => upload.destroy());
  }, 120_000);
});
