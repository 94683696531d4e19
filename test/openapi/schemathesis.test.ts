import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { callersTags, fuzz, noSchemathesis } from './fuzz.js';

// With more examples, and of all else: schemathesis.long.test.ts.

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
    expect(await fuzz({ origin, folder, apiKey, filters, examples: 10, isShort: true })).toEqual({ code: 0, said: '' });
  }, 600_000);
});
