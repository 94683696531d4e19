import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sandboxPng } from '../../activities/providers/sandbox/media/sandbox-png.js';
import { startVideoVendor, type VideoVendor } from '../fake-vendor/video-vendor.js';
import { type AskOptions, type Parsed, useWorld } from '../gateway/world.js';
import { createBatchTools } from './batch-world.js';

// Lines that edit pictures and that make videos, whose pictures come by address, as data, or as files of the project.

const edits = '/v1/images/edits';
const videos = '/v1/videos';
const PNG = sandboxPng('any', { width: 64, height: 64 });
const DATA_URL = `data:image/png;base64,${PNG.toString('base64')}`;
/** More than a call carries. */
const LARGE = Buffer.concat([PNG, Buffer.alloc(1_500_000, 7)]);

let vendor: VideoVendor;
const env: Record<string, string> = {};
beforeAll(async () => {
  vendor = await startVideoVendor();
  Object.assign(env, vendor.env);
});
beforeEach(() => vendor.reset());
afterAll(() => vendor.close());
const world = useWorld({ env });
const batches = createBatchTools(world);

async function uploadPicture(bytes: Buffer, { apiKey }: AskOptions): Promise<string> {
  const form = new FormData();
  form.append('purpose', 'vision');
  form.append('file', new Blob([new Uint8Array(bytes)]), 'apple.png');
  const headers = { authorization: `Bearer ${apiKey ?? world.gateway.apiKey}` };
  const response = await fetch(`${world.gateway.origin}/v1/files`, { method: 'POST', headers, body: form });
  return ((await response.json()) as Parsed).id;
}

const line = (url: string, customId: string, body: object): object => ({
  ...{ custom_id: customId, method: 'POST', url },
  body,
});
const edit = (customId: string, image: object) =>
  line(edits, customId, { model: 'sandbox/image-metered', prompt: 'Redder', images: [image] });
const video = (customId: string, body: object = {}) =>
  line(videos, customId, {
    model: 'xai/grok-imagine-video',
    prompt: 'a calm sea',
    seconds: '4',
    size: '1280x720',
    ...body,
  });
const codes = (lines: readonly Parsed[]) =>
  lines.map(({ custom_id: id, response }) => [
    id,
    response.status_code,
    response.body.error?.code,
    response.body.error?.param,
  ]);

/** Whatever is left of holds would be found here. */
async function spentBy({ scope }: { readonly scope: string }): Promise<bigint> {
  await world.settled();
  const { spent, held } = await world.account(scope);
  expect(held).toBe(0n);
  return spent;
}

describe('a batch of edits', () => {
  it('takes pictures as data and as files, large ones too, and is charged for each once', async () => {
    const project = await world.createProject({ budget_usd: '10' });
    const [small, large] = [await uploadPicture(PNG, project), await uploadPicture(LARGE, project)];
    const lines = [
      edit('data', { image_url: DATA_URL }),
      edit('small', { file_id: small }),
      edit('large', { file_id: large }),
      edit('unknown', { file_id: 'file-000000000000000000000000' }),
      edit('broken', { image_url: 'data:image/png;base64,AAAA' }),
      line(edits, 'without', { model: 'sandbox/image-metered', prompt: 'Redder' }),
    ];
    const over = await batches.ended((await batches.create(lines, { endpoint: edits }, project)).id, project);
    expect(over).toMatchObject({ status: 'completed', cost_usd: '0.12', request_counts: { completed: 3, failed: 3 } });
    const made = await batches.linesOf(over.output_file_id, project);
    expect(made.map(({ custom_id: id }) => id)).toEqual(['data', 'small', 'large']);
    for (const { response } of made) {
      expect(response).toMatchObject({ status_code: 200, body: { usage: { images: 1, cost: 0.04 } } });
      expect(response.body.data[0].b64_json.length).toBeGreaterThan(100);
    }
    expect(codes(await batches.linesOf(over.error_file_id, project))).toEqual([
      ['unknown', 404, 'file_not_found', 'images[0].file_id'],
      ['broken', 400, 'invalid_image', 'images[0].image_url'],
      ['without', 400, 'missing_required_parameter', 'images'],
    ]);
    expect(await spentBy(project)).toBe(120_000_000n);
    // They are the project's own, and outlive the requests that name them.
    expect((await world.get(`/v1/files/${large}`, project)).status).toBe(200);
  });
});

describe('a batch of videos', () => {
  it('answers with the video of each line, which is fetched by its id for as long as the batch tells of it', async () => {
    const project = await world.createProject({ budget_usd: '10' });
    const file = await uploadPicture(LARGE, project);
    const lines = [
      video('words'),
      video('picture', { input_reference: { file_id: file } }),
      video('address', { input_reference: { image_url: 'https://example.com/a.png' } }),
      video('both', { input_reference: { file_id: file, image_url: DATA_URL } }),
      video('unknown', { input_reference: { file_id: 'file-000000000000000000000000' } }),
    ];
    const asked = { endpoint: videos, completion_window: '48h' };
    const over = await batches.ended((await batches.create(lines, asked, project)).id, project);
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 3, failed: 2 } });
    const made = await batches.linesOf(over.output_file_id, project);
    expect(made.map(({ custom_id: id }) => id)).toEqual(['words', 'picture', 'address']);
    expect(new Set(vendor.jobs.map(({ picture }) => picture))).toEqual(
      new Set([undefined, `data:image/png;base64,${LARGE.toString('base64')}`, 'https://example.com/a.png']),
    );
    for (const { response } of made) {
      const { body, request_id: id } = response;
      expect(body).toMatchObject({ id, object: 'video', status: 'completed', progress: 100, seconds: '4' });
      expect((await world.get(`/v1/videos/${id}`, project)).body).toEqual(body);
      const headers = { authorization: `Bearer ${project.apiKey}` };
      const content = await fetch(`${world.gateway.origin}/v1/videos/${id}/content`, { headers });
      expect([content.status, (await content.arrayBuffer()).byteLength]).toEqual([200, 4_096]);
      const [object] = await world.rows<{ hours: number }>(
        `SELECT extract(epoch FROM expires_at - now())::float8 / 3600 AS hours FROM objects.objects WHERE request_id = $1`,
        [id],
      );
      // The window, and a day more: an output is usually kept for a day.
      expect(object?.hours).toBeGreaterThan(71);
    }
    expect(codes(await batches.linesOf(over.error_file_id, project))).toEqual([
      ['both', 400, 'invalid_value', 'input_reference'],
      ['unknown', 404, 'file_not_found', 'input_reference.file_id'],
    ]);
    const costs = made.map(({ response }) => response.body.usage.cost as number);
    expect(Number(over.cost_usd)).toBeCloseTo(
      costs.reduce((sum, cost) => sum + cost, 0),
      9,
    );
    expect(await spentBy(project)).toBe(BigInt(Math.round(Number(over.cost_usd) * 1e9)));
  });
});
