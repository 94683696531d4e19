import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Received } from '../support/webhook-receiver.js';
import { endpoints, useHookWorld } from '../webhooks/hook-world.js';
import { findPythonWith, howToGetPython, pythonEnvironments, runPythonClient } from './python-clients.js';
import { pythonIsRequired } from './python-interpreter.js';

// What receivers are made of, in JavaScript and in Python, on webhooks as they came: the snippets of docs/webhooks.md.

const hooks = useHookWorld();
const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/webhooks.md'), 'utf8');
const snippet = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';

const python = findPythonWith(pythonEnvironments.webhooks);
const skipped = python === undefined && !pythonIsRequired;
if (skipped) console.warn(howToGetPython(pythonEnvironments.webhooks));

interface Webhook {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
const toWebhook = ({ body, headers }: Received): Webhook => ({ body, headers: headers as Record<string, string> });

/** Three webhooks: as one came, the same with another body, and one that only another secret has signed. */
let webhooks: readonly [Webhook, Webhook, Webhook];
let secret: string;
const told = { type: 'webhook.test', data: { organization_id: expect.any(String) as string } };

beforeAll(async () => {
  const [mine, other] = [await hooks.add('/mine'), await hooks.add('/other')];
  ({ secret } = mine);
  for (const { id } of [mine, other]) await hooks.post(`${endpoints}/${id}/test`);
  const [[first], [second]] = [await hooks.received('/mine'), await hooks.received('/other')];
  if (!first || !second) throw new Error('nothing came');
  const webhook = toWebhook(first);
  webhooks = [webhook, { ...webhook, body: webhook.body.replace('test', 'fest') }, toWebhook(second)];
});

describe('a receiver in JavaScript', () => {
  let folder: string;
  afterAll(async () => {
    delete process.env['SLUICE_WEBHOOK_SECRET'];
    if (folder) await rm(folder, { recursive: true });
  });

  it('takes what is ours, and nothing else', async () => {
    // Within the project, so that the snippet finds its package.
    folder = await mkdtemp(join(root, 'node_modules', '.webhooks-'));
    const file = join(folder, 'receiver.mjs');
    await writeFile(file, snippet('js'));
    process.env['SLUICE_WEBHOOK_SECRET'] = secret;
    const { receive } = (await import(file)) as { receive(body: string, headers: Webhook['headers']): unknown };
    const [ours, changed, others] = webhooks;
    expect(receive(ours.body, ours.headers)).toMatchObject(told);
    expect(() => receive(changed.body, changed.headers)).toThrow('No matching signature');
    expect(() => receive(others.body, others.headers)).toThrow('No matching signature');
  });

  it('may be OpenAI’s client', async () => {
    const client = new OpenAI({ apiKey: 'none' });
    const [ours, changed] = webhooks;
    expect(await client.webhooks.unwrap(ours.body, ours.headers, secret)).toMatchObject(told);
    await expect(client.webhooks.unwrap(changed.body, changed.headers, secret)).rejects.toThrow(/signature/);
  });
});

describe.skipIf(skipped)('a receiver in Python', () => {
  it('takes what is ours, and nothing else', async () => {
    if (python === undefined) throw new Error(howToGetPython(pythonEnvironments.webhooks));
    const { results } = await runPythonClient(python, 'webhooks.py', { snippet: snippet('python'), secret, webhooks });
    expect(results['seen']).toMatchObject([told, 'No matching signature found', 'No matching signature found']);
  });
});
