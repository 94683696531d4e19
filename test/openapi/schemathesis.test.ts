import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { callersTags, fuzz, jobTags, mediaTags, noSchemathesis } from './fuzz.js';

describe.skipIf(noSchemathesis)('Schemathesis', () => {
  let gateway: TestGateway;
  let folder: string;

  beforeAll(async () => {
    gateway = await startTestGateway({ env: { SLUICE_LOG_LEVEL: 'fatal' } });
    folder = await createTestFolder();
  }, 180_000);
  afterAll(async () => {
    await gateway?.close();
  }, 60_000);

  it('finds no fault in what callers of models use', async () => {
    const filters = callersTags.flatMap((tag) => ['--include-tag', tag]);
    const { origin, apiKey } = gateway;
    expect(await fuzz({ origin, folder, apiKey, filters, examples: 15 })).toEqual({ code: 0, said: '' });
  }, 600_000);

  it('finds no fault in the management API', async () => {
    const others = [...callersTags, ...mediaTags, ...jobTags, 'Not built yet'];
    const filters = others.flatMap((tag) => ['--exclude-tag', tag]);
    const { origin, adminKey: apiKey } = gateway;
    expect(await fuzz({ origin, folder, apiKey, filters, examples: 3 })).toEqual({ code: 0, said: '' });
  }, 600_000);
});
