import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTestFolder } from '../support/services.js';
import { places, useObjects } from './objects-world.js';
import type { StoreBytes, Taken } from './store-bytes.js';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./store-bytes.ts', import.meta.url));
const mebibytes = Number(process.env.SLUICE_TEST_OBJECT_MEBIBYTES ?? 256);
/** Two parts of 8 MiB on their way to S3, and what the collector leaves for a moment. What is stored is many times as much. */
const mostMib = 160;

describe.each(places)('an object much larger than memory should be, in %s', (place) => {
  const world = useObjects(place);

  it('goes in and out without being held', async () => {
    const setup: StoreBytes = {
      ...{ databaseUrl: world.databaseUrl, epochFolder: await createTestFolder(), mebibytes },
      place: world.server ?? world.folder,
    };
    const { stdout } = await run(process.execPath, ['--import', 'tsx', script, JSON.stringify(setup)]);
    const taken = JSON.parse(stdout) as Taken;
    console.log(`${mebibytes} MiB in ${place}: ${stdout}`);
    expect(taken.isSame).toBe(true);
    expect(taken.writingMib).toBeLessThan(mostMib);
    expect(taken.readingMib).toBeLessThan(mostMib);
  }, 600_000);
});
