import { createHash } from 'node:crypto';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { refuse } from '../../workflows/domain/refusal-error.js';
import { lateJpeg } from '../testing/late-jpeg.js';
import { PICTURE_HEAD_BYTES, probeImage } from './image-probe.js';
import { CARRIED_BYTES, type Form, type KeepFile, readForm, registerMultipart } from './multipart-form.js';

const BOUNDARY = 'a-boundary';
const HEADERS = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
const LIMITS = { maxBodyBytes: 3 * CARRIED_BYTES, maxFileBytes: 8 * CARRIED_BYTES };

interface Part {
  readonly name: string;
  readonly data: Buffer | string;
}

const file = (name: string, bytes: number): Part => ({
  name: `${name}"; filename="${name}.bin`,
  data: Buffer.alloc(bytes, 5),
});
const formOf = (...parts: readonly Part[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, data }) => [
      Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n`),
      Buffer.from(data),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);

interface Reader {
  readonly app: FastifyInstance;
  /** Of each file that was kept: how many bytes came, or why no more did. */
  readonly kept: (number | string)[];
  /** The first piece of a file that is kept has come. */
  readonly begun: Promise<void>;
  readonly forms: Form[];
  readonly bodyTexts: (string | undefined)[];
}

let reader: Reader | undefined;
afterEach(async () => {
  await reader?.app.close();
  reader = undefined;
});

function open(fail?: () => Error): Reader {
  const app = Fastify();
  const [kept, forms, bodyTexts]: [Reader['kept'], Form[], Reader['bodyTexts']] = [[], [], []];
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const keep: KeepFile = async ({ bytes }) => {
    const hash = createHash('sha256');
    let count = 0;
    try {
      for await (const piece of bytes) {
        begin();
        if (fail) throw fail();
        hash.update(piece);
        count += piece.length;
      }
    } catch (error) {
      kept.push((error as Error).name);
      throw error;
    }
    return { id: `input_${kept.push(count)}`, bytes: count, sha256: hash.digest('hex') };
  };
  app.decorateRequest('bodyText', undefined);
  registerMultipart(app);
  app.setErrorHandler((error, _request, reply) => {
    const { refusal } = error as { readonly refusal?: { readonly code: string } };
    void reply.code(400).send({ code: refusal?.code ?? (error as Error).name });
  });
  app.post('/', async (request) => {
    forms.push(await readForm(request, LIMITS, keep));
    bodyTexts.push(request.bodyText);
    return {};
  });
  return (reader = { app, kept, begun, forms, bodyTexts });
}

const post = async ({ app }: Reader, payload: Buffer | Readable, headers: Readonly<Record<string, string>> = {}) => {
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: '/',
    headers: { ...HEADERS, ...headers },
    payload,
  });
  return [statusCode, (JSON.parse(body) as { readonly code?: string }).code];
};

/** As they come from a connection. */
function inPieces(bytes: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) => index * 65_536);
  return Readable.from(pieces.map((start) => bytes.subarray(start, start + 65_536)));
}

describe('a file of a form', () => {
  it('is carried up to a size, and kept beyond it as it comes', async () => {
    const read = open();
    const parts = [file('small', CARRIED_BYTES), { name: 'model', data: 'm' }, file('large', CARRIED_BYTES + 1)];
    expect(await post(read, formOf(...parts))).toEqual([200, undefined]);
    const [small, large] = read.forms[0]!.files;
    expect(small).toMatchObject({ field: 'small', filename: 'small.bin', bytes: CARRIED_BYTES });
    expect([small?.storedId, small?.head.length]).toEqual([undefined, CARRIED_BYTES]);
    expect(large).toMatchObject({ field: 'large', bytes: CARRIED_BYTES + 1, storedId: 'input_1' });
    expect(read.forms[0]!.fields).toEqual({ model: 'm' });
    expect(read.kept).toEqual([CARRIED_BYTES + 1]);
  });

  it.each([2, 7])('that is a picture is read on for its size, up to a bound: %i MiB before it', async (mebibytes) => {
    const read = open();
    const data = lateJpeg({ width: 640, height: 480 }, mebibytes * CARRIED_BYTES - 100_000);
    expect(await post(read, inPieces(formOf({ ...file('image', 0), data })))).toEqual([200, undefined]);
    const [picture] = read.forms[0]!.files;
    expect(picture).toMatchObject({ bytes: data.length, storedId: 'input_1' });
    const isFound = mebibytes === 2;
    expect(probeImage(picture!.head)).toEqual(
      isFound ? { mediaType: 'image/jpeg', width: 640, height: 480 } : undefined,
    );
    expect(picture!.head.length).toBeLessThan(PICTURE_HEAD_BYTES + 100_000);
    expect(read.kept).toEqual([data.length]);
  });

  it('is compared by what is in it, kept or carried, whatever the boundary is and the order of the fields', async () => {
    const read = open();
    const [a, b] = [
      { name: 'a', data: '1' },
      { name: 'b', data: '2' },
    ];
    const large = file('file', CARRIED_BYTES + 1);
    const keyed = { 'idempotency-key': 'k' };
    const other = { ...large, data: Buffer.concat([Buffer.alloc(CARRIED_BYTES, 5), Buffer.of(6)]) };
    for (const parts of [
      [a, b, large],
      [large, b, a],
      [a, b, other],
    ])
      await post(read, formOf(...parts), keyed);
    const [first, second, third] = read.bodyTexts;
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    await post(read, formOf(a, large));
    expect(read.bodyTexts[3]).toBeUndefined();
  });

  it.each([
    ['one file is too large', [file('a', LIMITS.maxFileBytes + 1)], 'file_too_large'],
    ['two are together', [file('a', 5 * CARRIED_BYTES), file('b', 4 * CARRIED_BYTES)], 'file_too_large'],
    ['too much is carried', Array.from({ length: 4 }, () => file('a', CARRIED_BYTES)), 'body_too_large'],
    ['a text is too long', [{ name: 'a', data: 'x'.repeat(1_100_000) }], 'body_too_large'],
    ['there are too many files', Array.from({ length: 21 }, () => file('a', 1)), 'invalid_request'],
  ])('is refused where %s', async (_what, parts, code) => {
    expect(await post(open(), formOf(...parts))).toEqual([400, code]);
  });

  it('is not begun where the whole is too large by its length', async () => {
    const read = open();
    const tooLong = { 'content-length': String(100 * CARRIED_BYTES) };
    expect(await post(read, formOf(file('a', 3 * CARRIED_BYTES)), tooLong)).toEqual([400, 'file_too_large']);
    expect(read.kept).toEqual([]);
  });

  it.each([
    ['while a large file comes', formOf(file('a', 2 * CARRIED_BYTES)).subarray(0, 2_000_000)],
    ['before the closing boundary', formOf(file('a', 2 * CARRIED_BYTES)).subarray(0, -10)],
    ['while a small file comes', formOf(file('a', 1_000)).subarray(0, 500)],
  ])('is refused where the form ends %s', async (_what, payload) => {
    expect(await post(open(), payload)).toEqual([400, 'invalid_request']);
  });

  it.each([
    ['a refusal', () => refuse('unavailable'), 'unavailable'],
    ['a fault of ours', () => new TypeError('about a boundary'), 'TypeError'],
  ])('that cannot be kept for %s is told as that, however much of it is left', async (_what, fail, code) => {
    expect(await post(open(fail), formOf(file('a', 4 * CARRIED_BYTES)))).toEqual([400, code]);
  });

  it('whose caller leaves is kept no longer', async () => {
    const read = open();
    await read.app.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect((read.app.server.address() as AddressInfo).port, '127.0.0.1');
    const payload = formOf(file('a', 2 * CARRIED_BYTES));
    const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${HEADERS['content-type']}\r\ncontent-length: ${payload.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), payload.subarray(0, CARRIED_BYTES + 200_000)]));
    await read.begun;
    socket.destroy();
    await expect.poll(() => read.kept, { timeout: 5_000 }).toHaveLength(1);
    expect(typeof read.kept[0]).toBe('string');
    expect(read.forms).toEqual([]);
  });
});
