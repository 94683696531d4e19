import { afterAll, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { COUNTED, startVertexBatchVendor } from '../fake-vendor/vertex-batch-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';
import { createBatchTools } from './batch-world.js';

// Embeddings that go to Vertex AI together, which has batches of them in three locations.

const vendor = await startVertexBatchVendor();
const world = useWorld({
  env: {
    ...{ SLUICE_VERTEX_PROJECT: 'my-project', SLUICE_VERTEX_LOCATION: 'eu', SLUICE_BATCH_NATIVE: 'on' },
    ...{ SLUICE_VERTEX_BASE_URL: vendor.origin, SLUICE_VERTEX_ACCESS_TOKEN: 'ya29.token' },
    ...{ SLUICE_VERTEX_BATCH_BUCKET: 'gs://my-bucket', SLUICE_VERTEX_BATCH_STORAGE_URL: vendor.origin },
  },
});
const batches = createBatchTools(world);
afterAll(() => vendor.close());

it('go in one job, known by their keys, at half the price, and leave nothing; what the model refuses is refused there, too', async () => {
  vendor.hold();
  const endpoint = '/v1/embeddings';
  const line = (name: string, input: string | readonly string[], more: object = {}): object => ({
    ...{ custom_id: name, method: 'POST', url: endpoint },
    body: { model: 'vertex/gemini-embedding-2', input, dimensions: 2, ...more },
  });
  const lines = [
    ...[line('one', 'Hello from one'), line('several', ['Hi', 'Hey']), line('other', 'Goodbye from the other')],
    line('preview', 'Hi from the preview', { model: 'vertex/gemini-embedding-2-preview' }),
    line('larger', 'Hi from the larger', { dimensions: 3 }),
  ];
  const { id } = await batches.create(lines, { endpoint });
  await until('a job at the vendor', async () => (vendor.jobs.length > 0 ? true : { pending: 'none' }), 60_000);
  const job = vendor.jobs[0]!;
  expect(job.name).toMatch(/^projects\/my-project\/locations\/eu\//);
  expect(job.body).toMatchObject({ model: 'publishers/google/models/gemini-embedding-2' });
  expect(vendor.linesOf(job)).toHaveLength(3);
  expect(vendor.linesOf(job)).toContainEqual({
    key: expect.stringMatching(/^req_[0-9a-f]{32}-1$/),
    request: { content: { parts: [{ text: 'Hello from one' }] }, embed_content_config: { output_dimensionality: 2 } },
  });
  vendor.end(job, 'JOB_STATE_SUCCEEDED');
  const over = await batches.ended(id);
  expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { completed: 4, failed: 1 } });
  const written = await batches.linesOf(over.output_file_id);
  expect(
    written.map(({ custom_id: name, response: { body } }) => [name, body.data[0].embedding, body.usage.prompt_tokens]),
  ).toEqual([
    ['one', ['Hello from one'.length, -0.5], COUNTED.input],
    ['other', ['Goodbye from the other'.length, -0.5], COUNTED.input],
    ['preview', ['Hi from the preview'.length, -0.5], COUNTED.input],
    // Of another size than was asked for in the batch; this is what it was answered by itself.
    ['larger', ['Hi from the larger'.length, -0.5], COUNTED.input],
  ]);
  const [refused] = await batches.linesOf(over.error_file_id);
  expect(refused).toMatchObject({ custom_id: 'several', response: { status_code: 400 } });
  const textsOf = ({ content }: Parsed): readonly string[] => content.parts.map(({ text }: Parsed) => text);
  expect(vendor.singles.flatMap(textsOf)).toEqual(['Hi from the preview', 'Hi from the larger']);
  // 0.20 USD a million tokens, of which the two of the batch are at half.
  expect(Number(over.cost_usd)).toBeCloseTo(((2 * 0.1 + 2 * 0.2) * COUNTED.input) / 1e6, 12);
  await until('an empty bucket, and no job', async () =>
    vendor.objects.size + vendor.jobs.length === 0 ? true : { pending: [...vendor.objects.keys()].join() },
  );
}, 120_000);
