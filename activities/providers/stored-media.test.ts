import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StoredMedia } from '../../workflows/contracts/call.js';
import { overSource } from '../streams/over-source.js';
import { createVendorHttp, type VendorBody, type VendorHttp } from './http.js';
import { writeForm } from './multipart-body.js';
import { type OpenStored, ProviderFailure } from './port.js';
import { NOTHING_STORED, toBase64, toBytes } from './stored-media.js';

const MEBIBYTE = 1_048_576;
const stored = (bytes: number): StoredMedia => ({ type: 'stored', id: 'input_1', mediaType: 'audio/wav', bytes });
/** Pieces of 64 KiB, each of one byte value, and how many of them were asked for. */
function source(bytes: number): { readonly open: OpenStored; readonly pulled: () => number } {
  let pulled = 0;
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes; at += 65_536) {
      pulled += 1;
      yield await Promise.resolve(Buffer.alloc(Math.min(65_536, bytes - at), (at / 65_536) % 251));
    }
  };
  return { open: () => Promise.resolve(pieces()), pulled: () => pulled };
}

/** Files as a store gives them, and those that were opened. */
function fileHandles(): { readonly open: OpenStored; readonly opened: readonly Readable[] } {
  const opened: Readable[] = [];
  const open: OpenStored = ({ bytes }) => {
    const file = Readable.from([Buffer.alloc(bytes)], { objectMode: false });
    opened.push(file);
    return Promise.resolve(overSource(file, file));
  };
  return { open, opened };
}

const named = (n: number) => ({ name: `file${n}`, filename: 'a.wav', mediaType: 'audio/wav' });

let server: Server | undefined;
let http: VendorHttp | undefined;
afterEach(async () => {
  await http?.close();
  server?.closeAllConnections();
  server?.close();
  [http, server] = [undefined, undefined];
});

async function serve(handle: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(handle as never);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  http = createVendorHttp();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const post = (url: string, bytes: ReturnType<typeof toBytes>, signal = new AbortController().signal) =>
  http!.postJson({ url, headers: { 'content-type': 'audio/wav' }, body: '', bytes, signal });

describe('a file that rests in the store', () => {
  it('is sent as it is read, in a form whose length is known before', async () => {
    let told: string | undefined;
    let body = Buffer.alloc(0);
    const url = await serve((request, response) => {
      told = request.headers['content-length'];
      void buffer(request).then((read) => {
        body = read;
        response.end('{}');
      });
    });
    const { open } = source(200_000);
    const upload = { name: 'file', filename: 'a.wav', mediaType: 'audio/wav', content: stored(200_000) };
    const { contentType, body: form } = writeForm([{ name: 'model', value: 'm' }], [upload], open);
    expect((await post(url, form)).status).toBe(200);
    expect(Number(told)).toBe(body.length);
    const response = new Response(new Uint8Array(body), { headers: { 'content-type': contentType } });
    // Deprecated for servers, whose forms come from anywhere.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const file = (await response.formData()).get('file') as unknown as File;
    const whole = await buffer(await open(stored(200_000)));
    expect(Buffer.from(await file.arrayBuffer()).equals(whole)).toBe(true);
  });

  it('of a vendor that refuses it by its length is not read to its end, and the refusal is told', async () => {
    const url = await serve((_request, response) => response.writeHead(413).end('{"error":{"message":"Too large."}}'));
    const { open, pulled } = source(200 * MEBIBYTE);
    const response = await post(url, toBytes(stored(200 * MEBIBYTE), open));
    expect([response.status, await response.readText()]).toEqual([413, '{"error":{"message":"Too large."}}']);
    expect(pulled()).toBeLessThan(1_600);
  });

  it.each([
    ['cannot be opened', () => Promise.reject(new ProviderFailure({ class: 'content_gone' }, { message: '' }))],
    [
      'breaks off',
      () =>
        Promise.resolve(
          // eslint-disable-next-line require-yield
          (async function* (): AsyncGenerator<Uint8Array> {
            await Promise.resolve();
            throw new ProviderFailure({ class: 'content_gone' }, { message: '' });
          })(),
        ),
    ],
  ])('and %s is no fault of the vendor', async (_what, open) => {
    const url = await serve((request, response) => void request.resume().on('end', () => response.end('{}')));
    await expect(post(url, toBytes(stored(1_000), open))).rejects.toMatchObject({ failure: { class: 'content_gone' } });
  });

  it.each([
    ['cannot be reached', 'http://127.0.0.1:1/', undefined],
    ['is left before it was', 'http://192.0.2.1/', 20],
  ])('is let go of where the vendor %s', async (_what, url, abortAfterMs) => {
    http = createVendorHttp();
    const { opened, open } = fileHandles();
    const content = stored(200_000);
    const form = writeForm(
      [],
      [1, 2].map((n) => ({ ...named(n), content })),
      open,
    ).body;
    const signal = abortAfterMs === undefined ? new AbortController().signal : AbortSignal.timeout(abortAfterMs);
    await expect(post(url, form, signal)).rejects.toBeInstanceOf(ProviderFailure);
    expect(opened).toHaveLength(2);
    await vi.waitFor(() => expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true]));
  });

  it('is let go of where another of the same form is gone', async () => {
    const { opened, open } = fileHandles();
    const gone: OpenStored = (file) => (file.id === 'gone' ? NOTHING_STORED(file) : open(file));
    const uploads = ['input_1', 'gone', 'input_2'].map((id, n) => ({ ...named(n), content: { ...stored(9), id } }));
    const { body } = writeForm([], uploads, gone);
    await expect((body as VendorBody).open()).rejects.toMatchObject({ failure: { class: 'content_gone' } });
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it('is read whole for a vendor that takes base64, up to what that takes', async () => {
    const { open } = source(100_000);
    const limit = { mostBytes: 100_000, param: 'file' };
    expect(Buffer.from(await toBase64(stored(100_000), open, limit), 'base64')).toHaveLength(100_000);
    const tooLarge = toBase64(stored(100_001), open, limit);
    await expect(tooLarge).rejects.toMatchObject({ failure: { class: 'invalid_request' }, detail: { param: 'file' } });
  });
});
