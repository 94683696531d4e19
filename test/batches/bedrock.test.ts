import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../chaos/until.js';
import { lastWordsOf, startBedrockBatchVendor, type TakenJob, TOKENS } from '../fake-vendor/bedrock-batch-vendor.js';
import { type Parsed, useWorld } from '../gateway/world.js';
import { findS3Server, openS3Client, startS3Server } from '../support/s3-server.js';
import { createTestFolder } from '../support/services.js';
import { createBatchTools, lineOf } from './batch-world.js';

// Lines that go to Amazon Bedrock together, by files in S3, which a real server holds.

const NOVA = 'bedrock/us.amazon.nova-lite-v1:0';
const HAIKU = 'bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0';
const TITAN = 'bedrock/amazon.titan-embed-text-v2:0';
/** Of the tokens that the vendor counts, at 0.06 and 0.24 USD a million. */
const fullPrice = (TOKENS.input * 0.06 + TOKENS.output * 0.24) / 1e6;

const jar = await findS3Server();
const server = jar === undefined ? [] : [await startS3Server(jar, { home: await createTestFolder() })];

describe.each(server)('a batch of Bedrock', async (s3) => {
  const client = openS3Client(s3);
  const vendor = await startBedrockBatchVendor(client);
  const world = useWorld({
    env: {
      ...{ SLUICE_BEDROCK_REGION: 'us-east-1', SLUICE_BEDROCK_BASE_URL: vendor.origin, SLUICE_BATCH_NATIVE: 'on' },
      ...{ AWS_ACCESS_KEY_ID: s3.keys.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.keys.secretAccessKey },
      ...{ SLUICE_BEDROCK_BATCH_BASE_URL: vendor.origin, SLUICE_BEDROCK_BATCH_S3_URL: s3.endpoint },
      SLUICE_BEDROCK_BATCH_BUCKET: `s3://${s3.bucket}/of-sluice`,
      SLUICE_BEDROCK_BATCH_ROLE_ARN: 'arn:aws:iam::123456789012:role/batches',
      SLUICE_BEDROCK_BATCH_MIN_RECORDS: '2',
    },
  });
  const batches = createBatchTools(world);
  beforeEach(() => vendor.reset());
  afterAll(async () => {
    await vendor.close();
    client.destroy();
    await s3.close();
  });

  const line = (name: string, body: object = {}): object => lineOf(name, { model: NOVA, max_tokens: 200, ...body });
  const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `line-${index}`);
  const create = async (count: number): Promise<string> =>
    (await batches.create(names(count).map((name) => line(name)))).id;
  const textsOf = async (over: Parsed): Promise<readonly string[]> =>
    (await batches.linesOf(over.output_file_id)).map(({ response }) => response.body.choices[0].message.content);
  const handedIn = async (): Promise<TakenJob> => {
    await until('a job at the vendor', async () => (vendor.jobs.length > 0 ? true : { pending: 'none' }), 60_000);
    return vendor.jobs[0]!;
  };
  const untilForgotten = (): Promise<unknown> =>
    until('an empty bucket', async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
      return Contents.length === 0 ? true : { pending: Contents.map(({ Key }) => Key).join() };
    });

  it('is one job, answers each line by its name, fails what is refused, costs half, and leaves nothing', async () => {
    vendor.script = ({ modelInput }) => (lastWordsOf(modelInput).endsWith('line-1') ? 400 : lastWordsOf(modelInput));
    vendor.hold();
    const id = await create(3);
    const job = await handedIn();
    expect(job.body).toMatchObject({ modelId: 'us.amazon.nova-lite-v1:0', modelInvocationType: 'Converse' });
    const records = await vendor.recordsOf(job);
    expect(records.map(({ modelInput }) => lastWordsOf(modelInput)).toSorted()).toEqual(
      names(3).map((name) => `Hello ${name}`),
    );
    await vendor.end(job, 'Completed');
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'completed', native: true, request_counts: { completed: 2, failed: 1 } });
    expect(await textsOf(over)).toEqual(['Hello line-0', 'Hello line-2']);
    const [failed] = await batches.linesOf(over.error_file_id);
    expect(failed).toMatchObject({ custom_id: 'line-1', response: { status_code: 400 } });
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice, 12);
    expect(vendor.jobs).toHaveLength(1);
    expect(vendor.singles).toEqual([]);
    await untilForgotten();
  }, 120_000);

  it('of Claude for callers of Messages is Anthropic’s own format, with tools', async () => {
    const tools = [{ name: 'f', input_schema: { type: 'object', properties: {} } }];
    const params = { model: HAIKU, max_tokens: 200, messages: [{ role: 'user', content: 'Hello' }], tools };
    const requests = names(2).map((name) => ({ custom_id: name, params }));
    const headers = { 'anthropic-version': '2023-06-01' };
    const { id } = (await world.post('/v1/messages/batches', { requests }, { headers })).body;
    const job = await handedIn();
    expect(job.body).toMatchObject({ modelInvocationType: 'InvokeModel' });
    const [record] = await vendor.recordsOf(job);
    expect(record?.modelInput).toMatchObject({ anthropic_version: 'bedrock-2023-05-31', tools });
    await until('its end', async () => {
      const { body } = await world.get(`/v1/messages/batches/${id}`);
      return body.processing_status === 'ended' ? true : { pending: body.processing_status };
    });
    const results = (await world.get(`/v1/messages/batches/${id}/results`)).body as string;
    expect(results.match(/"batched: Hello"/g)).toHaveLength(2);
  }, 120_000);

  it('of Titan’s vectors is one text a line, and costs half; a line of several is refused as by itself', async () => {
    const endpoint = '/v1/embeddings';
    vendor.script = ({ modelInput }) => (lastWordsOf(modelInput) === 'no' ? 400 : '');
    const asked: readonly (readonly [string, string | readonly string[]])[] = [
      ...([
        ['one', 'four'],
        ['two', 'three'],
        ['refused', 'no'],
        ['several', ['a', 'b']],
      ] as const),
    ];
    const lines = asked.map(([name, input]) => ({
      ...{ custom_id: name, method: 'POST', url: endpoint, body: { model: TITAN, input, dimensions: 256 } },
    }));
    vendor.hold();
    const { id } = await batches.create(lines, { endpoint });
    const job = await handedIn();
    expect(job.body).toMatchObject({ modelId: 'amazon.titan-embed-text-v2:0', modelInvocationType: 'InvokeModel' });
    expect((await vendor.recordsOf(job)).map(({ modelInput }) => modelInput)).toEqual(
      expect.arrayContaining(['four', 'three', 'no'].map((inputText) => ({ inputText, dimensions: 256 }))),
    );
    await vendor.end(job, 'Completed');
    const over = await batches.ended(id);
    expect(over).toMatchObject({ native: true, request_counts: { completed: 2, failed: 2 } });
    const written = await batches.linesOf(over.output_file_id);
    expect(written.map(({ custom_id: name, response }) => [name, response.body.data])).toEqual([
      ['one', [{ object: 'embedding', index: 0, embedding: [0.5, 4] }]],
      ['two', [{ object: 'embedding', index: 0, embedding: [0.5, 5] }]],
    ]);
    expect(written[0]?.response.body.usage).toMatchObject({ prompt_tokens: TOKENS.input });
    const failed = await batches.linesOf(over.error_file_id);
    expect(failed.map(({ custom_id: name, response }) => [name, response.status_code])).toEqual([
      ['refused', 400],
      ['several', 400],
    ]);
    expect(failed[1]?.response.body.error.message).toContain('at most one input');
    // 0.02 USD a million tokens.
    expect(Number(over.cost_usd)).toBeCloseTo((2 * TOKENS.input * 0.01) / 1e6, 12);
    expect(vendor.jobs).toHaveLength(1);
    expect(vendor.singles).toEqual([]);
    await untilForgotten();
  }, 120_000);

  it('is not made of fewer lines than a job may have, nor of what it cannot do', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
    const lines = [line('few'), line('tools', { tools }), line('more-tools', { tools })];
    const over = await batches.ended((await batches.create(lines)).id);
    expect(await textsOf(over)).toEqual(['single', 'single', 'single']);
    expect(Number(over.cost_usd)).toBeCloseTo(3 * fullPrice, 12);
    expect(vendor.jobs).toEqual([]);
  }, 120_000);

  it.each([
    ['was refused at validation', 'Failed', 0],
    ['ended with half of its lines', 'PartiallyCompleted', 1],
  ] as const)(
    'that %s is finished by its lines, at the full price',
    async (_, status, answered) => {
      vendor.hold();
      const id = await create(2);
      await vendor.end(await handedIn(), status, answered);
      const over = await batches.ended(id);
      const texts = await textsOf(over);
      expect(texts.filter((text) => text === 'single')).toHaveLength(2 - answered);
      expect(Number(over.cost_usd)).toBeCloseTo(answered * (fullPrice / 2) + (2 - answered) * fullPrice, 12);
      await untilForgotten();
    },
    120_000,
  );

  it('is found by its name, and not handed in again, where the hand-in broke off after it was taken', async () => {
    vendor.trouble('cut');
    const over = await batches.ended(await create(2));
    expect(over).toMatchObject({ status: 'completed', request_counts: { completed: 2 } });
    expect(vendor.jobs).toHaveLength(1);
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice, 12);
  }, 120_000);

  it('that is cancelled is stopped, and pays for what was done by then', async () => {
    vendor.hold();
    const id = await create(2);
    const job = await handedIn();
    await world.post(`/v1/batches/${id}/cancel`, {});
    await until('the vendor to be told', async () => (vendor.stops.length > 0 ? true : { pending: 'none' }), 60_000);
    await vendor.end(job, 'Stopped', 1);
    const over = await batches.ended(id);
    expect(over).toMatchObject({ status: 'cancelled', request_counts: { total: 2, completed: 1, failed: 1 } });
    expect(Number(over.cost_usd)).toBeCloseTo(fullPrice / 2, 12);
  }, 120_000);
});
