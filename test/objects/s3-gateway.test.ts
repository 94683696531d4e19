import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silence } from '../../api/testing/sound-form.js';
import { sandboxPng } from '../../activities/providers/sandbox/media/sandbox-png.js';
import { createBatchTools, lineOf } from '../batches/batch-world.js';
import { type MediaVendor, startMediaVendor } from '../fake-vendor/media-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';
import { findS3Server, type S3Server, startS3Server } from '../support/s3-server.js';
import { createTestFolder } from '../support/services.js';

// What requests and batches bring and leave, through a whole gateway whose objects rest on a real S3 server.

const jar = await findS3Server();
const MEBIBYTE = 1024 * 1024;
/** Ten megabytes: more than one part of a multipart upload. */
const talk = silence(640);
const PNG = sandboxPng('any', { width: 64, height: 64 });
const picture = Buffer.concat([PNG, Buffer.alloc(3 * MEBIBYTE, 7)]);
const HEARD = { text: 'Hi there.', usage: { type: 'duration', seconds: 640 } };
const digestOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

describe.skipIf(jar === undefined)('a gateway on S3', () => {
  let home: string;
  let server: S3Server;
  let vendor: MediaVendor;
  const env: Record<string, string> = { OPENAI_API_KEY: 'sk-fake' };
  beforeAll(async () => {
    home = await createTestFolder();
    server = await startS3Server(jar ?? '', { home });
    vendor = await startMediaVendor(() => ({ body: HEARD }));
    Object.assign(env, {
      SLUICE_OPENAI_BASE_URL: `${vendor.origin}/v1`,
      SLUICE_S3_BUCKET: server.bucket,
      SLUICE_S3_REGION: server.region,
      SLUICE_S3_ENDPOINT: server.endpoint,
      SLUICE_S3_ACCESS_KEY_ID: server.keys.accessKeyId,
      SLUICE_S3_SECRET_ACCESS_KEY: server.keys.secretAccessKey,
    });
  }, 240_000);
  beforeEach(() => vendor.reset());
  afterAll(async () => {
    await vendor?.close();
    await server?.close();
  });
  const world = useWorld({ env });
  const batches = createBatchTools(world);

  async function send(path: string, form: FormData, apiKey = world.gateway.apiKey): Promise<Response> {
    const headers = { authorization: `Bearer ${apiKey}` };
    return fetch(`${world.gateway.baseUrl}${path}`, { method: 'POST', headers, body: form });
  }
  const fileOf = (data: Uint8Array, name: string): File => new File([new Uint8Array(data)], name);
  function transcribe(apiKey?: string): Promise<Response> {
    const form = new FormData();
    form.append('file', fileOf(talk, 'talk.wav'));
    form.append('model', 'openai/whisper-1');
    return send('/audio/transcriptions', form, apiKey);
  }
  async function sentFiles(): Promise<readonly string[]> {
    const { headers, body } = vendor.requests.at(-1)!;
    // Deprecated for servers, whose forms come from anywhere.
    const sent = new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type']! } });
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const form = await sent.formData();
    const files = [...form.values()].filter((value) => typeof value !== 'string') as unknown as File[];
    return Promise.all(files.map(async (file) => digestOf(new Uint8Array(await file.arrayBuffer()))));
  }
  const blobsThere = async (): Promise<number> =>
    (await readdir(server.folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).length;

  it('hands a sound on that came in parts of an upload to its store', async () => {
    let during = 0;
    vendor.script = async () => {
      during = await blobsThere();
      return { body: HEARD };
    };
    const response = await transcribe();
    expect([response.status, ((await response.json()) as Parsed).text]).toEqual([200, 'Hi there.']);
    expect(await sentFiles()).toEqual([digestOf(talk)]);
    expect(during).toBe(1);
  });

  it('hands pictures on, of a form and of a file that is named', async () => {
    vendor.script = () => ({ body: { created: 1, data: [{ b64_json: PNG.toString('base64') }] } });
    const wish = { model: 'openai/gpt-image-1-mini', prompt: 'Redder', size: '1024x1024', quality: 'low' };
    const form = new FormData();
    form.append('image', fileOf(picture, 'apple.png'));
    for (const [name, value] of Object.entries(wish)) form.append(name, value);
    expect((await send('/images/edits', form)).status).toBe(200);
    expect(await sentFiles()).toEqual([digestOf(picture)]);

    const upload = new FormData();
    upload.append('purpose', 'vision');
    upload.append('file', fileOf(picture, 'apple.png'));
    const { id } = (await (await send('/files', upload)).json()) as Parsed;
    const edited = await world.post('/v1/images/edits', { ...wish, images: [{ file_id: id }] });
    expect([edited.status, edited.body.error]).toEqual([200, undefined]);
    expect(await sentFiles()).toEqual([digestOf(picture)]);
  });

  it('runs a batch whose input and output are more than a part', async () => {
    const filler = 'a'.repeat(300_000);
    const lines = Array.from({ length: 30 }, (_, index) =>
      lineOf(`line-${index}`, { messages: [{ role: 'user', content: `${index} ${filler}` }] }),
    );
    const over = await batches.ended((await batches.create(lines)).id);
    expect(over).toMatchObject({ status: 'completed', request_counts: { total: 30, completed: 30 } });
    const written = await batches.linesOf(over.output_file_id);
    expect(written.map(({ custom_id: id }) => id)).toEqual(lines.map((_, index) => `line-${index}`));
    expect(written[29]?.response.body.choices[0].message.content).toContain(filler.slice(0, 100));
  }, 60_000);

  it('that is away when the next attempt opens a sound says so, and hands nothing in', async () => {
    const project = await world.createProject();
    const admin = { apiKey: world.gateway.adminKey };
    const policies = `/v1/organization/projects/${project.id}/routing_policies`;
    const rules = { total_ms: 5_000 };
    const { id } = (await world.post(policies, { name: 'soon', definition: { rules } }, admin)).body;
    expect((await world.post(`${policies}/${id}/activate`, { version: 1 }, admin)).status).toBe(200);
    vendor.script = async () => {
      await server.stop();
      return { status: 500, body: { error: { message: 'Down.' } } };
    };
    const response = await transcribe(project.apiKey);
    const { error } = (await response.json()) as Parsed;
    expect([response.status, error.code, response.headers.get('x-should-retry')]).toEqual([503, 'unavailable', 'true']);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(error.metadata.attempts.map(({ code }: Parsed) => code)).toEqual(['vendor_error', 'unavailable']);
    expect(vendor.requests).toHaveLength(1);

    const port = Number(new URL(server.endpoint).port);
    server = await startS3Server(jar ?? '', { home, port });
    vendor.reset();
    expect((await transcribe(project.apiKey)).status).toBe(200);
    expect(await sentFiles()).toEqual([digestOf(talk)]);
  }, 60_000);
});
