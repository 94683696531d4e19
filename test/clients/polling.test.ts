import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { useWorld } from '../gateway/world.js';
import { findPythonWith, howToGetPython, pythonEnvironments, runPythonClient } from './python-clients.js';
import { pythonIsRequired } from './python-interpreter.js';

// Jobs as others poll them: the snippets of docs/jobs.md, in JavaScript and in Python.

const world = useWorld();
const page = readFileSync(resolve(import.meta.dirname, '../../docs/jobs.md'), 'utf8');
const snippet = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';

const python = findPythonWith(pythonEnvironments.plain);
const skipped = python === undefined && !pythonIsRequired;
if (skipped) console.warn(howToGetPython(pythonEnvironments.plain));

const pictures = '/v1/images/generations';
/** One that succeeds, one that fails at its vendor, and one of which there is no job. */
const calls = [
  [pictures, { model: 'sandbox/image', prompt: 'A calm sea.' }],
  [pictures, { model: 'sandbox/image-refused', prompt: 'A calm sea.' }],
  [pictures, { model: 'sandbox/no-such-model', prompt: 'A calm sea.' }],
] as const;
const expected = [
  ['succeeded', 200, { data: [{ b64_json: expect.any(String) as string }] }],
  ['failed', 400, { error: { message: expect.any(String) as string } }],
  [null, 404, { error: { code: 'model_not_found' } }],
];

interface Polled {
  readonly job: { readonly status: string } | undefined;
  readonly answer: Response;
}
type Run = (baseUrl: string, apiKey: string, path: string, body: object, how: object) => Promise<Polled>;

describe('a job that is polled', () => {
  let folder: string | undefined;
  afterAll(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it('in JavaScript', async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-polling-'));
    const file = join(folder, 'run.mjs');
    await writeFile(file, snippet('js'));
    const { run } = (await import(file)) as { run: Run };
    const { origin, apiKey } = world.gateway;
    const seen: unknown[] = [];
    for (const [path, body] of calls) {
      const { job, answer } = await run(origin, apiKey, path, body, { everyMs: 50 });
      seen.push([job?.status ?? null, answer.status, await answer.json()]);
    }
    expect(seen).toMatchObject(expected);
  });

  it.skipIf(skipped)('in Python', async () => {
    if (python === undefined) throw new Error(howToGetPython(pythonEnvironments.plain));
    const { origin: baseUrl, apiKey } = world.gateway;
    const { results } = await runPythonClient(python, 'polling.py', {
      ...{ snippet: snippet('python'), baseUrl, apiKey, calls },
    });
    expect(results['seen']).toMatchObject(expected);
  });
});
