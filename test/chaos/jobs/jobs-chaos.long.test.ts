import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestFolder } from '../../support/services.js';
import { findS3Server } from '../../support/s3-server.js';
import { renderJobViolations } from './job-report.js';
import { runJobRound, type JobKill } from './job-round.js';
import { type JobWorld, startJobWorld } from './job-world.js';

// The short form of `npm run chaos:jobs`: the kills at which most can go wrong.

const jar = await findS3Server();

const kills: readonly JobKill[] = [
  { stage: 'accepting', victim: 'api', variant: 1 },
  { stage: 'submitting', victim: 'worker', variant: 0 },
  { stage: 'before-reference', victim: 'worker', variant: 1 },
  { stage: 'before-reference', victim: 'postgres', variant: 0 },
  { stage: 'mid-download', victim: 'postgres', variant: 0 },
  { stage: 'mid-upload', victim: 'worker', variant: 0 },
  { stage: 'mid-upload', victim: 's3', variant: 0 },
  { stage: 'before-outcome', victim: 'temporal', variant: 0 },
  { stage: 'webhook', victim: 'worker', variant: 0 },
];

describe.skipIf(jar === undefined)('videos whose processes are killed', () => {
  let world: JobWorld;
  beforeAll(async () => {
    const temporalBinary = inject('temporalBinary');
    world = await startJobWorld({
      ...{ dataDir: await createTestFolder(), durable: false, jar: jar ?? '' },
      ...(temporalBinary !== undefined && { temporalBinary }),
    });
  }, 240_000);
  afterAll(() => world?.close(), 60_000);

  it.each(kills)(
    'kill -9 of $victim, $stage: one vendor job, one object, one settlement, one event',
    { timeout: 300_000 },
    async (kill) => {
      const result = await runJobRound(world, kill);
      expect(result.violations, renderJobViolations(world, result)).toEqual([]);
    },
  );
});
