import { randomBytes } from 'node:crypto';
import OpenAI, { NotFoundError, toFile } from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { useClientWorld } from './client-world.js';

// OpenAI's own Node client, unchanged, with files.

const world = useClientWorld();

describe("OpenAI's Node client", () => {
  let client: OpenAI;
  beforeAll(() => {
    client = new OpenAI({ baseURL: world.gateway.baseUrl, apiKey: world.gateway.apiKey, maxRetries: 0 });
  });

  it('creates, shows, lists, reads and deletes files', async () => {
    const bytes = randomBytes(300_000);
    const file = await client.files.create({
      ...{ file: await toFile(bytes, 'données.bin'), purpose: 'user_data' },
      expires_after: { anchor: 'created_at', seconds: 7_200 },
    });
    expect(file).toMatchObject({ object: 'file', bytes: 300_000, filename: 'données.bin', purpose: 'user_data' });
    expect((file.expires_at ?? 0) - file.created_at).toBeCloseTo(7_200, -1);
    expect(await client.files.retrieve(file.id)).toEqual(file);
    const listed: string[] = [];
    for await (const { id } of client.files.list({ purpose: 'user_data', limit: 1 })) listed.push(id);
    expect(listed).toContain(file.id);
    const content = await client.files.content(file.id);
    expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await client.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
    await expect(client.files.retrieve(file.id)).rejects.toThrow(NotFoundError);
  });

  it('pages through files', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      ids.push((await client.files.create({ file: await toFile(Buffer.from(name), name), purpose: 'evals' })).id);
    }
    const seen: string[] = [];
    for await (const { id } of client.files.list({ purpose: 'evals', limit: 2, order: 'asc' })) seen.push(id);
    expect(seen).toEqual(ids);
  });

  it('uploads in parts, and cancels', async () => {
    const whole = randomBytes(150_000);
    const upload = await client.uploads.create({
      ...{ filename: 'big.bin', purpose: 'user_data', bytes: whole.length, mime_type: 'application/x-big' },
    });
    expect(upload).toMatchObject({ object: 'upload', status: 'pending' });
    const parts = await Promise.all(
      [whole.subarray(0, 100_000), whole.subarray(100_000)].map(async (data) =>
        client.uploads.parts.create(upload.id, { data: await toFile(data, 'part') }),
      ),
    );
    const done = await client.uploads.complete(upload.id, { part_ids: parts.map(({ id }) => id) });
    expect(done.status).toBe('completed');
    const content = await client.files.content(done.file?.id ?? '');
    expect(Buffer.from(await content.arrayBuffer()).equals(whole)).toBe(true);
    const other = await client.uploads.create({ filename: 'a', purpose: 'batch', bytes: 5, mime_type: 'text/plain' });
    expect((await client.uploads.cancel(other.id)).status).toBe('cancelled');
  });
});
