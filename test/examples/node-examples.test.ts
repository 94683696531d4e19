import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nanoOf, useWorld } from '../gateway/world.js';
import { createTestFolder } from '../support/services.js';
import { runExample } from './run-example.js';

// The examples in JavaScript, as a reader runs them, against a gateway with nothing but its sandbox.

const world = useWorld({ env: { SLUICE_WEBHOOKS_ALLOW_PRIVATE: 'on' } });

describe('the example of content', () => {
  let folder: string;
  let lines: readonly string[];
  beforeAll(async () => {
    folder = await createTestFolder();
    lines = await runExample(process.execPath, ['content/content.mjs', 'a garden'], world.gateway, {
      OUTPUT_DIR: folder,
    });
  });
  const made = (name: string): Promise<Buffer> => readFile(join(folder, name));

  it('writes a text, a picture, a voice and a video', async () => {
    expect((await made('text.txt')).toString()).toMatch(/^Lorem ipsum/);
    expect((await made('picture.png')).subarray(1, 4).toString()).toBe('PNG');
    expect((await made('speech.wav')).subarray(0, 4).toString()).toBe('RIFF');
    expect((await made('video.mp4')).subarray(4, 8).toString()).toBe('ftyp');
    for (const name of ['text.txt', 'picture.png', 'speech.wav', 'video.mp4']) {
      expect(lines).toContain(`${name}: ${(await made(name)).length} bytes`);
    }
  });

  it('hears of the video’s end by a webhook whose signature is right, before it fetches it', () => {
    const told = lines.indexOf('webhook: job.succeeded, its signature is right');
    expect(lines[0]).toMatch(/^video: req_\w+ is queued$/);
    expect(told).toBeGreaterThan(0);
    expect(lines.findIndex((line) => line.startsWith('video.mp4'))).toBeGreaterThan(told);
  });

  it('takes its endpoint away again', async () => {
    const { gateway } = world;
    const { data } = (await world.get('/v1/organization/webhook_endpoints', { apiKey: gateway.adminKey })).body;
    expect(data).toEqual([]);
  });
});

describe('the example of teams', () => {
  let lines: readonly string[];
  beforeAll(async () => {
    lines = await runExample(process.execPath, ['teams/teams.mjs'], world.gateway);
  });
  const line = (start: string, nth = 0): string => lines.filter((one) => one.startsWith(start))[nth] ?? '';

  it('serves each team what its key may call, and no other model', () => {
    expect(line('Search asks sandbox/metered')).toMatch(/: 200, 0\.\d+ USD$/);
    expect(line('Search asks sandbox/echo')).toBe('Search asks sandbox/echo: 200, 0 USD');
    expect(line('Support asks sandbox/echo')).toBe('Support asks sandbox/echo: 404 model_not_found');
  });

  it('ends a team’s budget, and nobody else’s', () => {
    expect(line('Support asks sandbox/metered')).toMatch(/: [1-9]\d* answers, then 402 /);
    expect(line('Search asks sandbox/metered', 1)).toMatch(/: 200, /);
    const [, spent, budget] = /^Support has spent ([\d.]+) of ([\d.]+) USD$/.exec(line('Support has spent')) ?? [];
    expect(nanoOf(spent)).toBeGreaterThan(0n);
    expect(nanoOf(spent)).toBeLessThanOrEqual(nanoOf(budget));
    expect(line('Search has spent')).toMatch(/ of 5 USD$/);
  });

  it('ends a key at once', () => {
    expect(line('Search asks with the key that was revoked')).toMatch(/: 401 /);
  });
});
