import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { callersTags, fuzz, jobTags, mediaTags, noSchemathesis } from './fuzz.js';

// All that is answered, which takes minutes; media, jobs and schedules a tag at a time, for their forms and large bodies.

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

  it.each([...jobTags, ...mediaTags])(
    'finds no fault in %s',
    async (tag) => {
      const { origin, apiKey } = gateway;
      const filters = ['--include-tag', tag];
      expect(await fuzz({ origin, folder, apiKey, filters, examples: 3 })).toEqual({ code: 0, said: '' });
    },
    600_000,
  );
});
