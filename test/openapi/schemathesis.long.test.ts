import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { fuzz, jobTags, mediaTags, noSchemathesis } from './fuzz.js';

// Media, jobs and schedules, a tag at a time: their forms and large bodies take minutes.

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
