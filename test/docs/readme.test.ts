import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPython } from '../clients/python-interpreter.js';
import { type FakeVendor, startFakeVendor } from '../fake-vendor/fake-vendor.js';
import { fakeAnswerText } from '../fake-vendor/words.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

// The README's snippets as they stand there, but for the gateway's address and, once, the model.

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const python = findPython();

let vendor: FakeVendor;
let gateway: TestGateway;
let folder: string;

beforeAll(async () => {
  vendor = await startFakeVendor();
  gateway = await startTestGateway({ vendors: { openaiBaseUrl: vendor.openaiBaseUrl } });
  // Within the project, so that the snippet finds its packages.
  folder = await mkdtemp(join(root, 'node_modules', '.readme-'));
}, 180_000);
afterAll(async () => {
  await gateway?.close();
  await vendor?.close();
  if (folder) await rm(folder, { recursive: true });
});

function snippet(language: string, containing: string): string {
  const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```/gms)];
  const text = blocks.find(([, name, body]) => name === language && body?.includes(containing))?.[2];
  if (text === undefined) throw new Error(`the README has no ${language} block with ${containing}`);
  return text;
}

const here = (text: string): string => text.replaceAll('http://127.0.0.1:8787', gateway.origin);
const env = (): NodeJS.ProcessEnv => ({
  ...process.env,
  SLUICE_API_KEY: gateway.apiKey,
  SLUICE_ADMIN_KEY: gateway.adminKey,
});
/** Without the lines that read the keys of a running `npm start`. */
const withoutExports = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('export '))
    .join('\n');

async function runTypescript(source: string): Promise<string> {
  const path = join(folder, 'snippet.mts');
  await writeFile(path, source);
  return (await run(process.execPath, ['--import', 'tsx', path], { env: env(), cwd: root })).stdout;
}

describe("the README's snippets", () => {
  it('ask by curl', async () => {
    const { stdout } = await run('bash', ['-c', withoutExports(here(snippet('sh', 'sandbox/echo')))], { env: env() });
    expect(JSON.parse(stdout)).toMatchObject({ choices: [{ message: { content: 'Hello, Sluice!' } }] });
  });

  it('make a project with a budget and show the balances', async () => {
    const { stdout } = await run('bash', ['-c', withoutExports(here(snippet('sh', 'budget_usd')))], { env: env() });
    expect(stdout).toContain('"name":"Experiments"');
    expect(stdout).toContain('"scope":"organization:org_local"');
  });

  it('show what was spent, and each request as a line of a table', async () => {
    const { stdout } = await run('bash', ['-c', here(snippet('sh', 'usage/records'))], { env: env() });
    expect(stdout).toContain('"currency":"usd"');
    expect(stdout).toMatch(/id,ended_at,project_id,/);
  });

  it('make a project and a key by the command for operators', async () => {
    const sluice = { ...env(), SLUICE_BASE_URL: gateway.baseUrl };
    const { stdout } = await run('bash', ['-ec', snippet('sh', 'keys create')], { env: sluice, cwd: root });
    expect(stdout).toMatch(/^name +Drafts$/m);
    expect(stdout).toMatch(/^sk-sluice-\S+$/m);
  }, 60_000);

  it('ask by the TypeScript SDK, a sandbox model and a vendor alike', async () => {
    const source = here(snippet('ts', 'new OpenAI'));
    expect(await runTypescript(source)).toBe('Hello from TypeScript!');
    const asked = await runTypescript(source.replace('sandbox/echo', 'openai/gpt-4o-mini'));
    expect(asked).toBe(fakeAnswerText('Hello from TypeScript!'));
  });

  it.skipIf(python === undefined)('ask by the Python SDK, a sandbox model and a vendor alike', async () => {
    const source = here(snippet('python', 'OpenAI('));
    const ask = async (text: string): Promise<string> => (await run(python ?? '', ['-c', text], { env: env() })).stdout;
    expect(await ask(source)).toBe('Hello from Python!\n');
    const asked = await ask(source.replace('sandbox/echo', 'gpt-4o-mini'));
    expect(asked).toBe(`${fakeAnswerText('Hello from Python!')}\n`);
  });
});
