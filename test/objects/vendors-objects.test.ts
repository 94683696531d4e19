import { describe, expect, it } from 'vitest';
import { createS3Objects, type S3Objects, type S3Uri } from '../../activities/providers/aws-s3.js';
import { createVendorHttp } from '../../activities/providers/http.js';
import { createTestFolder } from '../support/services.js';
import { startS3Server } from '../support/s3-server.js';
import { jar } from './objects-world.js';

// Objects in S3 that vendors fetch and leave, by AWS's client over the way that all vendors are reached by.

const MEBIBYTE = 1024 * 1024;
const signal = new AbortController().signal;

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(MEBIBYTE, index);
}

async function sizeOf(objects: S3Objects, object: S3Uri): Promise<number> {
  let size = 0;
  for await (const piece of objects.read(object, signal)) size += piece.length;
  return size;
}

describe.skipIf(jar === undefined)('objects that vendors fetch', () => {
  it('are put whole or in parts, listed, read and removed, and refused by classes', async () => {
    const s3 = await startS3Server(jar ?? '', { home: await createTestFolder() });
    const http = createVendorHttp();
    const objectsBy = (secretAccessKey: string, endpoint = s3.endpoint): S3Objects => {
      const keys = { ...s3.keys, secretAccessKey };
      return createS3Objects({ region: s3.region, endpoint, credentials: () => Promise.resolve(keys), http });
    };
    try {
      const objects = objectsBy(s3.keys.secretAccessKey);
      const folder = `s3://${s3.bucket}/of_sluice/vb_1/` as const;
      await objects.put(`${folder}input.jsonl`, pieces(1), signal);
      await objects.put(`${folder}output/input.jsonl.out`, pieces(20), signal);
      await objects.put(`s3://${s3.bucket}/other`, pieces(1), signal);
      expect(await objects.list(folder, signal)).toEqual([`${folder}input.jsonl`, `${folder}output/input.jsonl.out`]);
      expect(await sizeOf(objects, `${folder}output/input.jsonl.out`)).toBe(20 * MEBIBYTE);
      await objects.removeAll(folder, signal);
      expect(await objects.list(`s3://${s3.bucket}/`, signal)).toEqual([`s3://${s3.bucket}/other`]);
      await expect(objects.put('s3://no-such-bucket/x', pieces(1), signal)).rejects.toMatchObject({
        failure: { class: 'permission', httpStatus: 404 },
      });
      await expect(objectsBy('wrong').list(folder, signal)).rejects.toMatchObject({
        failure: { class: 'permission', httpStatus: 403 },
      });
      await expect(objectsBy('x', 'http://127.0.0.1:9').list(folder, signal)).rejects.toMatchObject({
        failure: { class: 'connection' },
      });
    } finally {
      await s3.close();
      await http.close();
    }
  }, 120_000);
});
